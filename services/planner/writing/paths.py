"""Values within JSON by their dotted path. Nothing is changed in place."""

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]


def value_at(whole: Json, path: str) -> Any:
    """Returns the value; None where the way to it ends."""
    found: Any = whole
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def with_value(whole: Json, path: str, value: Any) -> dict[str, Any]:
    """Returns the whole with a value. What lies on the way is made, unless nothing is to be put there."""
    name, _, rest = path.partition(".")
    if not rest:
        return {**whole, name: value}
    within = whole.get(name)
    if within is None and value in (None, "", []):
        return dict(whole)
    return {**whole, name: with_value(within or {}, rest, value)}
