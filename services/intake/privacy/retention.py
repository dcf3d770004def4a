"""Deletion of records that have been kept for long enough."""

from services.intake.privacy.ports import RetentionRepository
from services.intake.privacy.retention_policy import Policy, RecordType
from shared.clock import Clock
from shared.trail import AuditTrail


class Retention:
    """Deletion of records that have been kept for long enough, a batch at a time, each noted before."""

    RECORDS_PER_STEP = 200

    def __init__(self, repository: RetentionRepository, policy: Policy, trail: AuditTrail, clock: Clock) -> None:
        self._repository = repository
        self.policy = policy
        self._trail = trail
        self._clock = clock

    async def step(self) -> bool:
        """Runs as a job and returns whether there was something to delete."""
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
