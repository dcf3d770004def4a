"""Parts of arms: those that are written to, the control group, and the letters."""

from collections.abc import Iterator, Sequence
from typing import Any

from services.planner.writing.kinds.choices import one_of
from services.planner.writing.kinds.numbers import Pounds, Whole
from services.planner.writing.kinds.texts import Coded, Line, Text
from services.planner.writing.part import Asked, Items, Part, Scene, always
from services.planner.writing.paths import Json
from shared.letters.personalisation import AGENT_FIELDS, FIELDS
from shared.wording import title_of

CHANNELS = one_of(print="Printed and posted", letter="Letter", email="E-mail", text="Text message",
                  third_party="Through a third party")  # fmt: skip
LANGUAGES = {"en": "English", "cy": "Welsh"}
MOST_SHARES = 10_000_000
NAMED = Asked("code", "The name of the arm", Coded(), "Short, such as Plain.")
SHARE = Asked(
    "share", "Its part of the customers", Whole(1, MOST_SHARES), "An arm with 2 gets twice the customers of one with 1."
)


def _places(fields: frozenset[str]) -> str:
    return ", ".join(f"{{{{{name}}}}}" for name in sorted(fields))


def _letter(language: str) -> Iterator[Asked]:
    name, together = LANGUAGES[language], "" if language == "en" else language
    hint = f"Markdown. Places that are filled for each customer: {_places(FIELDS)}."
    yield Asked(f"{language}.subject", f"The subject in {name}", Line(), together=together, heading=f"In {name}")
    yield Asked(f"{language}.body", f"The letter in {name}", Text(14), hint, together=together)


def _copy(language: str) -> Iterator[Asked]:
    name, at = LANGUAGES[language], f"{language}.agent"
    heading = f"The copy for agents in {name}"
    hint = f"If there are copies, in each language. Places: {_places(AGENT_FIELDS - {'name', 'customer_reference'})}."
    yield Asked(f"{at}.subject", f"The subject for agents in {name}", Line(), together=at, heading=heading)
    yield Asked(f"{at}.body", f"The text for agents in {name}", Text(8), hint, together=at)


def _arm(scene: Scene) -> Sequence[Asked]:
    channel = Asked("channel", "The channel", CHANNELS)
    cost = Asked("cost_pence", "The cost of writing to one customer, in pounds", Pounds(), optional=True)
    first = tuple(_letter("en")) if scene.adds else ()
    return (NAMED, SHARE, channel, cost, *first)


def _letters(_: Scene) -> Sequence[Asked]:
    return (*_letter("en"), *_letter("cy"), *_copy("en"), *_copy("cy"))


def by_language(arm: Json) -> dict[str, Any]:
    """Returns an arm with each of its letters under the language."""
    return {**arm, **{letter["language"]: letter for letter in arm.get("letters", ())}}


def in_a_list(arm: Json) -> dict[str, Any]:
    """Returns an arm with its letters in a list, the English one first."""
    letters = [{"language": each, **arm[each]} for each in LANGUAGES if arm.get(each)]
    return {name: value for name, value in arm.items() if name not in LANGUAGES} | {"letters": letters}


def _of_language(path: str) -> str:
    return path.replace("letters.0", "en", 1).replace("letters.1", "cy", 1)


def _written_to(arm: Json) -> bool:
    return not arm["control"]


def _named(arm: Json) -> str:
    return title_of(arm["code"])


ARMS = (
    Part(
        "arms",
        "Arms that are written to",
        _arm,
        ("arms",),
        items=Items("arms", "an arm", _named, _written_to, always={"control": False}),
        hint="Each arm gets a letter of its own. Its other languages and the copies for agents follow under Letters.",
        opened=by_language,
        closed=in_a_list,
        field_of=_of_language,
    ),
    Part(
        "control",
        "The control group",
        always(NAMED, SHARE),
        (),
        items=Items(
            "arms",
            "a control group",
            _named,
            lambda arm: bool(arm["control"]),
            always={"control": True, "channel": None, "letters": [], "cost_pence": None},
        ),
        hint="Its customers are never written to. Others are compared with them: a trial needs one.",
        needed=False,
        after="arms",
        rules=("control-group",),
    ),
    Part(
        "letters",
        "Letters",
        _letters,
        ("arms.*.letters",),
        items=Items("arms", "a letter", _named, _written_to, adds=False),
        hint="The wording of each arm, in English and Welsh, with the copies for agents.",
        after="arms",
        opened=by_language,
        closed=in_a_list,
        field_of=_of_language,
    ),
)
