"""YAML of our own staff within bounds: a file that would unfold without end is refused before it is read."""

from pathlib import Path
from typing import Any, cast

import yaml

from shared.errors import Invalid

Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""By libyaml where it is there: a service reads some thousand lines before it is ready."""

MOST_CHARACTERS = 5_000_000  # characters of one file
MOST_PARTS = 200_000  # keys, values and brackets of one file
DEEPEST = 40  # brackets within brackets


class BeyondBounds(yaml.MarkedYAMLError):
    """The file is larger or deeper than any that people write, or repeats parts of itself by reference."""


def read_yaml(file: Path, loader: type[yaml.SafeLoader] = Loader, otherwise: str = "this is not YAML") -> Any:
    """Returns what stands in a file. Raises `Invalid`, with the line, for one that is beyond bounds, or that cannot be
    read as YAML: `otherwise` says so."""
    try:
        return yaml.load(bounded(file.read_text(encoding="utf-8-sig")), Loader=loader)  # noqa: S506 (a safe one)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        what = error.problem if isinstance(error, BeyondBounds) else otherwise
        raise Invalid(f"{file}{f', line {mark.line + 1}' if mark else ''}: {what}") from None


def bounded(text: str) -> str:
    """Returns the text. Raises `BeyondBounds`, or another `yaml.YAMLError`, with the line."""
    if len(text) > MOST_CHARACTERS:
        raise BeyondBounds(problem=f"the file has more than {MOST_CHARACTERS:,} characters")
    try:
        _expect_within_bounds(text)
    except yaml.MarkedYAMLError as error:
        error.problem_mark = _in_the_text(error.problem_mark, text)
        raise
    return text


def _expect_within_bounds(text: str) -> None:
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=Loader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if wrong := _beyond(event, depth, number):
            raise BeyondBounds(problem=wrong, problem_mark=cast(yaml.Mark, event.start_mark))


def _in_the_text(mark: yaml.Mark | None, text: str) -> yaml.Mark | None:
    """Returns the mark, or the last line that is written where it stands behind that, as for a bracket that nobody has
    closed."""
    last = text.rstrip().count("\n")
    return mark if mark is None or mark.line <= last else yaml.Mark(mark.name, mark.index, last, 0, None, 0)


def _beyond(event: yaml.Event, depth: int, number: int) -> str | None:
    if isinstance(event, yaml.AliasEvent):
        return "write it out: a part repeats another by reference"
    if depth > DEEPEST:
        return f"brackets within brackets, more than {DEEPEST} deep"
    return f"the file has more than {MOST_PARTS:,} parts" if number > MOST_PARTS else None
