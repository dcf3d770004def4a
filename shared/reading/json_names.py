"""Names in JSON that stand twice in one object: which of the two counts would be anybody's guess (RFC 8259, 4)."""

import json
import re
from typing import Any

from shared.errors import Invalid, Problem

_PLAIN = re.compile(r"[a-z_]{1,30}", re.ASCII)
"""Names that may be shown: others may be what somebody sent by mistake."""


class _Twice(Exception):
    """An object has a name twice."""


def expect_single_names(text: bytes) -> None:
    """Raises `Invalid` when an object in it has the same name twice. Text that is no JSON is left to its model."""
    try:
        json.loads(text, object_pairs_hook=_object)
    except _Twice as twice:
        name = str(twice)
        message = f"{name or 'a field'} is there twice in one object: leave one of them out"
        raise Invalid(message, Problem(f"body.{name}" if name else "body", "twice", message)) from None
    except (ValueError, RecursionError):
        return


def _object(pairs: list[tuple[str, Any]]) -> None:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise _Twice(twice if _PLAIN.fullmatch(twice) else "")
