"""Lines to take, scripts and media lines: versions, each approved by somebody who did not write it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from services.planner.plan.trial import Language
from shared.errors import Problem
from shared.values import Code, Instant, Number, OfficialText, Value

Text = Annotated[OfficialText, Field(min_length=1)]
Arms = Annotated[tuple[Code, ...], Field(max_length=20)]
CHARACTERS_PER_VERSION = 300_000  # characters of one version
BYTES_PER_VERSION = 900_000  # bytes of one version: an event has at most a million


class Line(Value):
    """A question that customers may ask and the agreed answer (markdown); no `arms` means every arm."""

    question: Text
    answer: Text
    language: Language = "en"
    arms: Arms = ()


class Script(Value):
    """A text that call handlers say where a particular response is sought (markdown); `audience` says
    whose handlers.
    """

    title: Text
    body: Text
    language: Language = "en"
    arms: Arms = ()
    audience: Literal["helplines", "letter-issuer"] = "helplines"


class MediaLine(Value):
    """A text that the press office may say (markdown), not before `embargo`."""

    body: Text
    language: Language = "en"
    embargo: Instant | None = None


class Words(Value):
    """The agreed words for customers who get in touch, and for the media."""

    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=200)]
    scripts: Annotated[tuple[Script, ...], Field(max_length=50)] = ()
    media: Annotated[tuple[MediaLine, ...], Field(max_length=50)] = ()


class LinesToTake(Value):
    """A version of the words. It is published when it is approved; call handlers use published versions only."""

    version: Number
    words: Words
    written_by: Code
    written_at: Instant
    approved_by: Code | None = None
    approved_at: Instant | None = None


def words_problems(words: Words, arms: frozenset[str]) -> list[Problem]:
    """Returns problems: pieces for an arm that the plan lacks, and more than `CHARACTERS_PER_VERSION` or
    `BYTES_PER_VERSION` in all: signs beyond ASCII take up to four bytes.
    """
    problems = []
    kinds: Mapping[str, Sequence[Line | Script]] = {"lines": words.lines, "scripts": words.scripts}
    for kind, pieces in kinds.items():
        for index, piece in enumerate(pieces):
            if not arms.issuperset(piece.arms):
                problems.append(Problem(f"lines_to_take.{kind}.{index}.arms", "known-arm", "the plan has no such arm"))
    if sum(map(len, _texts(words))) > CHARACTERS_PER_VERSION:
        problems.append(
            Problem("lines_to_take", "length", f"a version has at most {CHARACTERS_PER_VERSION:,} characters")
        )
    size = len(words.model_dump_json().encode())
    if size > BYTES_PER_VERSION:
        told = f"a version has at most {BYTES_PER_VERSION:,} bytes, and this one has {size:,}"
        problems.append(Problem("lines_to_take", "length", told))
    return problems


def _texts(words: Words) -> list[str]:
    lines = [text for line in words.lines for text in (line.question, line.answer)]
    return [*lines, *(script.body for script in words.scripts), *(line.body for line in words.media)]
