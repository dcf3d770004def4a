"""Dividing of a large write into statements, so that none of them holds up those of others for long (ADR 0232)."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

MOST_AT_ONCE = 50
"""Documents that one statement writes."""


def in_statements(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Gives the rows of one statement after the other, in their order."""
    for first in range(0, len(rows), MOST_AT_ONCE):
        yield rows[first : first + MOST_AT_ONCE]
