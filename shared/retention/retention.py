"""Deletion of records that have been kept for long enough."""

import structlog
from prometheus_client import CollectorRegistry, Counter

from shared.clock import Clock
from shared.retention.policy import Policy, RecordType
from shared.retention.ports import RetentionRepository
from shared.trail import AuditTrail

log = structlog.get_logger(__name__)


class RetentionMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.deleted = Counter(
            "otm_retention_deleted", "Records deleted since they were kept for long enough", ["type"], registry=registry
        )
        self.failed = Counter(
            "otm_retention_failed", "Looks for records kept for long enough that failed", ["type"], registry=registry
        )


class Retention:
    """A batch of each type at a time, noted in the trail before. A type that fails leaves the others alone, and is
    tried again with the next look; `service` is who deletes."""

    RECORDS_PER_STEP = 200

    def __init__(
        self,
        service: str,
        repository: RetentionRepository,
        policy: Policy,
        trail: AuditTrail,
        clock: Clock,
        metrics: RetentionMetrics,
    ) -> None:
        self._service = service
        self._repository = repository
        self.policy = policy
        self._trail = trail
        self._clock = clock
        self._metrics = metrics
        for kind in policy:  # at 0 from the start: of a series that begins with its first failure no increase is seen
            metrics.failed.labels(kind.name)

    async def step(self) -> bool:
        """Runs as a job and returns whether there was something to delete."""
        busy = [await self._tried(kind) for kind in self.policy]
        return any(busy)

    async def _tried(self, kind: RecordType) -> bool:
        try:
            return await self._delete(kind)
        except Exception as error:
            self._metrics.failed.labels(kind.name).inc()
            log.warning("retention failed", type=kind.name, exc_info=error)
            return False

    async def _delete(self, kind: RecordType) -> bool:
        now = self._clock.now()
        past = await self._repository.past(kind, now, self.RECORDS_PER_STEP)
        count = sum(past.values())
        if count:
            details = {"type": kind.name, "count": count, "before": kind.kept_from(now).isoformat()}
            await self._trail.append(now, self._service, "retention.deleted", details)
        if past:
            await self._repository.delete(kind, list(past))
            self._metrics.deleted.labels(kind.name).inc(count)
        return bool(past)
