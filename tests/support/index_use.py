"""Use of an index by a question, as MongoDB can make it: the fields that narrow it, and whether it gives the order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

RANGES = {"$gt", "$gte", "$lt", "$lte"}
Key = tuple[str, int]


@dataclass(frozen=True)
class Use:
    """`fields` of the question that say which part of the index is read; `in_order`: nothing is to be sorted then."""

    fields: tuple[str, ...] = ()
    in_order: bool = False


def uses(query: Mapping[str, Any], sort: Sequence[Key], indexes: Iterable[Sequence[Key]]) -> set[Use]:
    """Returns what can be made of each index, and of none."""
    return {Use((), in_order=not sort), *(_use(query, sort, index) for index in indexes)}


def _use(query: Mapping[str, Any], sort: Sequence[Key], index: Sequence[Key]) -> Use:
    fields: list[str] = []
    for field, _ in index:
        if field in query and _is_equality(query[field]):
            fields.append(field)
        else:
            break
    rest = list(index[len(fields) :])
    if rest and rest[0][0] in query and _is_range(query[rest[0][0]]):
        return Use((*fields, rest[0][0]), _gives(rest, sort))
    return Use(tuple(fields), _gives(rest, sort))


def _gives(rest: Sequence[Key], sort: Sequence[Key]) -> bool:
    """Returns whether what is left of an index is in that order, read from either end."""
    begins = list(rest[: len(sort)])
    return begins in (list(sort), [(field, -direction) for field, direction in sort])


def _is_equality(condition: Any) -> bool:
    return not isinstance(condition, Mapping) or set(condition) <= {"$in", "$eq"}


def _is_range(condition: Any) -> bool:
    return isinstance(condition, Mapping) and set(condition) <= RANGES
