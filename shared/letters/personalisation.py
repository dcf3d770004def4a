"""The places to fill in a letter: `{{ field }}`, and nothing else is a template language."""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Protocol

from shared.errors import Invalid, Problem

FIELDS = frozenset({"name", "letter_reference", "customer_reference", "respond_by"})
AGENT_FIELDS = FIELDS | {"agent_name"}
"""The places of a copy for a customer's agent; `name` is the customer's there too."""
_PLACE = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
_BRACES = re.compile(r"\{\{|\}\}")


def unknown_fields(text: str, known: AbstractSet[str] = FIELDS) -> list[str]:
    """Fields that no letter can be filled with, and stray braces; empty when the text is sound."""
    unknown = sorted({name for name in _PLACE.findall(text) if name not in known})
    return [*unknown, "{{ }}"] if _BRACES.search(_PLACE.sub("", text)) else unknown


class Text(Protocol):
    @property
    def subject(self) -> str: ...

    @property
    def body(self) -> str: ...


def asks_for(name: str, texts: Iterable[Text | None]) -> bool:
    """Whether one of these texts has a place for this field."""
    return any(name in _PLACE.findall(f"{text.subject} {text.body}") for text in texts if text)


def fill(text: str, fields: Mapping[str, str]) -> str:
    """The text with every place filled. Raises `Invalid` for a field that `fields` does not have."""
    pieces = list(_pieces(text))
    for place in range(1, len(pieces), 2):
        name = pieces[place]
        if name not in fields:
            raise Invalid(f"the letter asks for {name}", Problem(name, "unknown-field", "not a field of this letter"))
        pieces[place] = fields[name]
    return "".join(pieces)


@lru_cache(maxsize=500)
def _pieces(text: str) -> tuple[str, ...]:
    """Text, field, text, field, …, text: a letter is taken apart once and filled many times."""
    return tuple(_PLACE.split(text))
