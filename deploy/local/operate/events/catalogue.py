"""Types of events by their names, as people write them."""

from collections.abc import Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from deploy.local.errors import StackError
from shared.contracts import CONTRACTS, Contract

BY_TYPE = {contract.event_type: contract for contract in CONTRACTS}


def contract_of(event_type: str) -> type[Contract]:
    """Raises `StackError` with the types that are nearest to it."""
    found = BY_TYPE.get(event_type)
    if found is None:
        near = get_close_matches(event_type, BY_TYPE, 3, 0.4)
        hint = f"did you mean {', '.join(near)}?" if near else "`otm events describe` lists the types"
        raise StackError(f"There is no event {event_type[:100]}: {hint}")
    return found


def types_like(patterns: Sequence[str]) -> list[str]:
    """Returns the types that fit one of the patterns (`campaign.*`, `wave.started.v1`); all types for no pattern."""
    if not patterns:
        return list(BY_TYPE)
    found: dict[str, None] = {}
    for pattern in patterns:
        fits = [name for name in BY_TYPE if fnmatchcase(name, pattern) or fnmatchcase(name, f"{pattern}.v*")]
        if not fits:
            contract_of(pattern)
        found |= dict.fromkeys(fits)
    return list(found)
