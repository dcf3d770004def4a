"""Letting go of what has been kept for long enough."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from services.intake.privacy.retention_policy import Policy, RecordType
from shared.clock import Clock
from shared.trail import AuditTrail


class RetentionRepository(Protocol):
    async def past(self, kind: RecordType, now: datetime, most: int) -> Mapping[str, int]:
        """Documents that no restriction holds and whose time has passed, by id: how many records each has, none
        in a block that was taken apart."""
        ...

    async def delete(self, kind: RecordType, identifiers: list[str]) -> None: ...


class Retention:
    """Deletes what has been kept for long enough, a batch at a time, and notes it before it does."""

    RECORDS_PER_STEP = 200

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
        past = await self._repository.past(kind, now, self.RECORDS_PER_STEP)
        if count := sum(past.values()):
            details = {"type": kind.name, "count": count, "before": kind.kept_from(now).isoformat()}
            await self._trail.append(now, "intake", "retention.deleted", details)
        if past:
            await self._repository.delete(kind, list(past))
        return bool(past)
