"""Dividing of what a transaction writes into statements, so that none of them holds up those of others for long.

On the embedded store the statements of all transactions wait for each other's. Outside of transactions nobody waits for
a large statement, and each costs a commit of its own (ADR 0232, 0233).
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

MOST_AT_ONCE = 50
"""Documents that one statement of a transaction writes."""


def in_statements(rows: Sequence[T], session: object | None) -> Iterator[Sequence[T]]:
    """Gives the rows of one statement after the other, in their order: all at once without the session of a
    transaction."""
    most = MOST_AT_ONCE if session else max(1, len(rows))
    for first in range(0, len(rows), most):
        yield rows[first : first + most]
