"""Names in JSON that stand twice in one object: which of the two counts would be anybody's guess (RFC 8259, 4)."""

import json
from typing import Any

from shared.errors import Invalid, Problem


class _Twice(Exception):
    """An object has a name twice."""


def expect_single_names(text: bytes) -> None:
    """Raises `Invalid` when an object in it has the same name twice. Text that is no JSON is left to its model."""
    try:
        json.loads(text, object_pairs_hook=_object)
    except _Twice:
        message = "a field is there twice in one object: leave one of them out"
        raise Invalid(message, Problem("body", "twice", message)) from None
    except (ValueError, RecursionError):
        return


def _object(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise _Twice
