"""Parts of the lines to take: answers for customers, scripts, and lines for the media."""

from collections.abc import Sequence

from services.planner.writing.kinds.choices import Ticks, one_of
from services.planner.writing.kinds.days import Moment
from services.planner.writing.kinds.texts import Text
from services.planner.writing.part import Asked, Items, Part, Scene
from services.planner.writing.paths import Json
from shared.wording import title_of

LANGUAGES = one_of(en="English", cy="Welsh")
AUDIENCES = one_of(helplines="Helplines", letter_issuer="The letter issuer")
MARKDOWN = "Markdown."
LONGEST_NAME = 120


def _language_and_arms(scene: Scene) -> Sequence[Asked]:
    arms = Ticks({arm.code: title_of(arm.code) for arm in scene.plan.arms if not arm.control})
    return (
        Asked("language", "The language", LANGUAGES),
        Asked("arms", "The arms that it is for", arms, "None for all of them.", optional=True),
    )


def _line(scene: Scene) -> Sequence[Asked]:
    question = Asked("question", "The question that customers may ask", Text(2))
    return (question, Asked("answer", "The agreed answer", Text(6), MARKDOWN), *_language_and_arms(scene))


def _script(scene: Scene) -> Sequence[Asked]:
    title = Asked("title", "The occasion", Text(2), "Such as: the customer wants to correct a return.")
    audience = Asked("audience", "The people who say it", AUDIENCES)
    return (title, Asked("body", "The script", Text(8), MARKDOWN), audience, *_language_and_arms(scene))


def _media(_: Scene) -> Sequence[Asked]:
    return (
        Asked("body", "The text that the press office may say", Text(6), MARKDOWN),
        Asked("language", "The language", LANGUAGES),
        Asked("embargo", "The time before which nobody says it", Moment(),
              "In London, such as 2026-09-07 09:30.", optional=True),
    )  # fmt: skip


def _named(field: str) -> Items:
    ones = {"question": ("lines", "a line"), "title": ("scripts", "a script"), "body": ("media", "a media line")}
    path, one = ones[field]
    return Items(path, one, lambda item: _shortened(item, field))


def _shortened(item: Json, field: str) -> str:
    text = str(item[field])
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME].rstrip()} …"


WORDS = (
    Part(
        "lines",
        "Lines to take",
        _line,
        ("lines_to_take.lines",),
        document="words",
        hint="Answers that call handlers give. Each change is a version that somebody else approves.",
        items=_named("question"),
    ),
    Part(
        "scripts",
        "Scripts",
        _script,
        ("lines_to_take.scripts",),
        document="words",
        hint="Texts that call handlers say where a particular response is sought.",
        needed=False,
        after="lines",
        items=_named("title"),
    ),
    Part(
        "media",
        "Media lines",
        _media,
        ("lines_to_take.media",),
        document="words",
        hint="Texts that the press office may say.",
        needed=False,
        after="lines",
        items=_named("body"),
    ),
)
