"""YAML of our own staff within bounds: a file that would unfold without end is refused before it is read."""

from typing import cast

import yaml

MOST_CHARACTERS = 5_000_000  # characters of one file
MOST_PARTS = 200_000  # keys, values and brackets of one file
DEEPEST = 40  # brackets within brackets


class BeyondBounds(yaml.MarkedYAMLError):
    """The file is larger or deeper than any that people write, or repeats parts of itself by reference."""


def bounded(text: str) -> str:
    """Returns the text. Raises `BeyondBounds`, or another `yaml.YAMLError`, with the line."""
    if len(text) > MOST_CHARACTERS:
        raise BeyondBounds(problem=f"the file has more than {MOST_CHARACTERS:,} characters")
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if wrong := _beyond(event, depth, number):
            raise BeyondBounds(problem=wrong, problem_mark=cast(yaml.Mark, event.start_mark))
    return text


def _beyond(event: yaml.Event, depth: int, number: int) -> str | None:
    if isinstance(event, yaml.AliasEvent):
        return "write it out: a part repeats another by reference"
    if depth > DEEPEST:
        return f"brackets within brackets, more than {DEEPEST} deep"
    return f"the file has more than {MOST_PARTS:,} parts" if number > MOST_PARTS else None
