"""The ports through which planner keeps the units of trials, and what was made of them."""

from typing import Protocol

from services.planner.evaluation.data.kept_columns import KeptColumns
from services.planner.evaluation.provenance import Peek
from services.planner.evaluation.result import Evaluation
from shared.contracts import EvaluationPublished, UnitOutcomes, UnitReturned, UnitsAllocated, UnitsSettled
from shared.idempotency import Request
from shared.values import Value


class UnitRepository(Protocol):
    """Keeps what events say of units. Every write may be repeated, and come in any order: the end is the same."""

    async def allocated(self, allocated: UnitsAllocated) -> None: ...

    async def settled(self, event: str, settled: UnitsSettled) -> None:
        """`event` is the id of what was heard; the same event again changes nothing."""
        ...

    async def returned(self, returned: UnitReturned) -> None: ...

    async def outcomes(self, event: str, outcomes: UnitOutcomes) -> None: ...

    async def kept(self, campaign: str) -> KeptColumns:
        """Returns all that is kept of a campaign's units, read block by block."""
        ...


class PublishedEvaluation(Value):
    """A result as it was said to everybody, with all of its figures."""

    said: EvaluationPublished
    result: Evaluation


class EvaluationRepository(Protocol):
    async def peeked(self, campaign: str, peek: Peek) -> None:
        """Notes an early look, for ever."""
        ...

    async def peeks(self, campaign: str) -> tuple[Peek, ...]:
        """Returns the early looks, oldest first."""
        ...

    async def publish(self, request: Request, evaluation: PublishedEvaluation) -> PublishedEvaluation:
        """Keeps a result and says it, all or nothing; the same request again returns the first."""
        ...

    async def published(self, request: Request) -> PublishedEvaluation | None:
        """Returns what a request published before. Raises `Conflict` where its body was another."""
        ...

    async def publications(self, campaign: str) -> tuple[EvaluationPublished, ...]:
        """Returns all that was published of a campaign, oldest first."""
        ...
