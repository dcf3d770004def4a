"""Waits of a chunk: why its channels are not out, and until when; told in a log, a metric and the status."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from prometheus_client import CollectorRegistry, Counter

log = structlog.get_logger(__name__)
QUIET_DAY, RESPOND_BY, DAILY_LIMIT = "quiet-day", "respond-by-passed", "daily-limit"


@dataclass(frozen=True, slots=True)
class Wait:
    """`channel` is None where the whole chunk waits. `why` has codes and references only."""

    channel: str | None
    why: str
    until: datetime


class Waits:
    """Tells of waits: each reason of a campaign and channel once, until something of it goes out again."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self._deferred = Counter(
            "otm_dispatch_deferred", "Chunks that had to wait, by channel", ["channel"], registry=registry
        )
        self._told = set[tuple[str, str | None, str]]()

    def note(self, campaign: str, waits: Sequence[Wait]) -> None:
        for wait in waits:
            self._deferred.labels(wait.channel or "all").inc()
            known = (campaign, wait.channel, wait.why)
            if known not in self._told:
                self._told.add(known)
                log.warning(
                    "chunks wait", campaign=campaign, channel=wait.channel, why=wait.why, until=wait.until.isoformat()
                )

    def over(self, campaign: str, channel: str) -> None:
        self._told = {known for known in self._told if known[:2] != (campaign, channel)}
