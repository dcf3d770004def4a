"""How long each type of record is kept, and whether it can be erased before: data, not code."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Protocol

import yaml
from pydantic import Field, TypeAdapter

from shared.clock import Clock
from shared.errors import Invalid
from shared.storage.audit import AuditTrail
from shared.values import Code, Title, Value


class RecordType(Value):
    """`days` are counted from the instant in the field `since`; `because` says why, to whoever asks.

    What is not `erasable` is erased on request only once its days have passed.
    """

    name: Code
    collection: str
    since: str
    days: Annotated[int, Field(ge=1, le=36_525)]
    erasable: bool
    because: Title
    unless: dict[str, bool] = Field(default_factory=dict)

    def ends(self, since: datetime) -> datetime:
        return since + timedelta(days=self.days)

    def kept_from(self, now: datetime) -> datetime:
        """What is older than this has been kept for long enough."""
        return now - timedelta(days=self.days)


Policy = tuple[RecordType, ...]


class RetentionRepository(Protocol):
    async def past(self, kind: RecordType, now: datetime, most: int) -> list[str]:
        """The ids of some whose time has passed, and that no restriction holds."""
        ...

    async def delete(self, kind: RecordType, identifiers: list[str]) -> None: ...


def load_policy(file: Path) -> Policy:
    """Raises `Invalid` when a type is there twice."""
    policy = TypeAdapter(Policy).validate_python(yaml.safe_load(file.read_text()))
    if len({kind.name for kind in policy}) < len(policy):
        raise Invalid("a type of record is there twice")
    return policy


class Retention:
    """Deletes what has been kept for long enough, a batch at a time, and notes it before it does."""

    TOGETHER = 200

    def __init__(self, repository: RetentionRepository, policy: Policy, trail: AuditTrail, clock: Clock) -> None:
        self._repository = repository
        self.policy = policy
        self._trail = trail
        self._clock = clock

    async def step(self) -> bool:
        """As a job does it: whether there was something to delete."""
        busy = [await self._delete(kind) for kind in self.policy]
        return any(busy)

    async def _delete(self, kind: RecordType) -> bool:
        now = self._clock.now()
        identifiers = await self._repository.past(kind, now, self.TOGETHER)
        if identifiers:
            details = {"type": kind.name, "count": len(identifiers), "before": kind.kept_from(now).isoformat()}
            await self._trail.append(now, "intake", "retention.deleted", details)
            await self._repository.delete(kind, identifiers)
        return bool(identifiers)
