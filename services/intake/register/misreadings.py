"""Letter references that were read out wrongly, and what they may have been meant to be."""

from itertools import product

from shared.customers.letter_reference import ALPHABET, LENGTH, parse_letter_reference, spelt
from shared.errors import Invalid

NOT_ALPHABET = "01ILO"
ALIKE = ("0ODQCGU", "1ILJ7T", "5S", "8B3", "2Z7", "UV", "VW", "6G", "MN", "FS", "BDPTEVCG3", "AKJ8H", "4A", "XS")
"""Characters that look or sound alike. Those that no reference has (0, 1, I, L, O) only ever stand for others."""
MOST_SUGGESTIONS = 5
MOST_MISREAD = 2


def suggestions(text: str) -> tuple[str, ...]:
    """References with the right check character that `text` may have been meant to be: at most two of its characters
    taken for others that look or sound alike, and any one character that no reference has. The likeliest first."""
    characters = spelt(text)
    if len(characters) != LENGTH:
        return ()
    wrong = [place for place, c in enumerate(characters) if c not in ALPHABET]
    if len(wrong) > MOST_MISREAD or any(characters[place] not in NOT_ALPHABET for place in wrong):
        return ()
    likely = [*_changed(characters, wrong)]
    if not wrong:
        likely = [r for place in range(LENGTH) for r in _changed(characters, [place])]
        likely += [r for a in range(LENGTH) for b in range(a) for r in _changed(characters, [a, b])]
    elif len(wrong) == 1:
        likely += [r for c in ALPHABET for r in _valid(characters, wrong, (c,))]
    return tuple(dict.fromkeys(likely))


def _changed(characters: str, places: list[int]) -> list[str]:
    choices = product(*(_alike(characters[place]) for place in places))
    return [reference for choice in choices for reference in _valid(characters, places, choice)]


def _valid(characters: str, places: list[int], choice: tuple[str, ...]) -> list[str]:
    changed = list(characters)
    for place, c in zip(places, choice, strict=True):
        changed[place] = c
    try:
        return [parse_letter_reference("".join(changed))]
    except Invalid:
        return []


def _alike(character: str) -> list[str]:
    others = dict.fromkeys(c for group in ALIKE if character in group for c in group)
    return [c for c in others if c != character and c in ALPHABET]
