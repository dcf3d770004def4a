"""Postal addresses: lines that say something, and whether a letter can reach them."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from shared.reading.signs import seen

_PLACEHOLDER = re.compile(
    r"[\W_]*|0+(?:\.0+)?|#(?:n/a|ref!|value!|name\?|null!|num!|div/0!|spill!|calc!|error!)|\(blank\)|"
    r"(?:n ?/ ?[ak]|n\.a\.?|na|nil|none|null|nan|unknown|not (?:known|available|applicable|given|provided|held)|"
    r"(?:address|details) (?:unknown|not (?:known|available|given|provided|held))|unknown address|undefined|"
    r"no (?:address|postal address)(?: (?:known|given|held|available))?|tba|tbc|x{2,}|"
    r"gone away|do not use)\.?",
    re.IGNORECASE,
)
"""Words and signs that stand where an address was not known, and what spreadsheets put in place of a value."""
_NO_NAME = re.compile(r"[\W_0]*|#[a-z0/]+[!?a]", re.IGNORECASE)
_NOWHERE = re.compile(
    r"\b(?:of )?no (?:fixed|current|permanent) (?:abode|address|residence|home)\b|^\W*n\.? ?f\.? ?a\.?\W*$|"
    r"\bdim cyfeiriad (?:sefydlog|parhaol)\b",
    re.IGNORECASE,
)
"""Words for having no fixed abode."""


def placeholder(text: str) -> bool:
    """Returns whether the text says only that nothing is known: empty, dashes and dots, `n/a` and the like."""
    return _PLACEHOLDER.fullmatch(text) is not None


def nameless(text: str) -> bool:
    """Returns whether a name is none: signs alone, or what a spreadsheet puts in place of a value. Words stay: some
    people's name is Null."""
    return _NO_NAME.fullmatch(text) is not None


def deliverable(lines: Sequence[str], postcode: str) -> bool:
    """Returns whether a letter can reach the address: it has a line that says something, and a postcode or, as its
    last line, another country. Never for a customer of no fixed abode."""
    said = [line for line in lines if not placeholder(line)]
    if not said or any(_NOWHERE.search(line) for line in said):
        return False
    return (bool(postcode) and not placeholder(postcode)) if not country_of(said) else len(said) > 1


def country_of(lines: Sequence[str]) -> str | None:
    """Returns the last line if it is another country's name; None for an address within the United Kingdom."""
    return lines[-1] if lines and _plain(lines[-1]) in _countries() else None


@cache
def _countries() -> frozenset[str]:
    text = Path(__file__).with_name("countries.txt").read_text(encoding="utf-8")
    return frozenset(_plain(name) for name in text.replace("\n", ",").split(",") if name.strip())


def _plain(name: str) -> str:
    """Returns a name without accents, stops and capitals, with plain apostrophes."""
    letters = "".join(sign for sign in unicodedata.normalize("NFD", seen(name)) if not unicodedata.combining(sign))
    return letters.replace(".", "").casefold().strip()
