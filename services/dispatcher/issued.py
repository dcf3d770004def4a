"""What is said of a chunk: one event for each channel that all of its communications are out by."""

from collections import Counter
from collections.abc import Collection, Sequence

from services.dispatcher.chunk import Chunk
from services.dispatcher.dispatch_ports import Entry
from shared.contracts import CommunicationsIssued
from shared.contracts.base import Tally
from shared.contracts.communications import Issued


def issued(
    chunk: Chunk, entries: Sequence[Entry], channels: Collection[str] | None = None
) -> list[CommunicationsIssued]:
    """For these channels, or for all; the same again on every redo. The first one counts the late suppressions."""
    first = min((entry.channel for entry in entries), default=None)
    wanted = sorted({entry.channel for entry in entries} if channels is None else channels)
    return [_event(chunk, code, [e for e in entries if e.channel == code], code == first) for code in wanted]


def _event(chunk: Chunk, channel: str, entries: Sequence[Entry], first: bool) -> CommunicationsIssued:
    settled = chunk.settled
    failed = Counter(entry.reason or "refused" for entry in entries if entry.outcome == "failed")
    return CommunicationsIssued(
        campaign=chunk.campaign,
        wave=chunk.wave,
        chunk=chunk.number,
        channel=channel,
        communications=tuple(
            Issued(
                reference=e.reference,
                arm=e.arm,
                language=e.language,
                customer=e.customer,
                extra_support=e.extra_support,
            )
            for e in entries
            if e.outcome == "issued"
        ),
        suppressed_late=_tallies(Counter(settled.suppressed.values())) if first else (),
        failed=_tallies(failed),
        lines_to_take=settled.lines_to_take,
        plan_version=settled.plan_version,
        issued_at=settled.issued_at,
    )


def _tallies(counter: Counter[str]) -> tuple[Tally, ...]:
    return tuple(Tally(reason=reason, count=count) for reason, count in sorted(counter.items()))
