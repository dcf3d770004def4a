"""Erasure: what is personal is taken out of what is kept of a customer, as far as the law lets us."""

from collections.abc import Sequence
from datetime import datetime

from shared.retention.policy import Policy, RecordType
from shared.values import Code, Count, Value


class Refusal(Value):
    """Records that stay: how many of a type, until when at the longest, and why."""

    type: Code
    count: Count
    until: datetime
    because: str


class Erasure(Value):
    """The result of an erasure: counts by type of record, and the records that the law keeps."""

    erased: dict[Code, Count]
    refused: tuple[Refusal, ...]


class Holding(Value):
    """Records of one type about a customer: their ids, and from when on each is kept."""

    type: Code
    records: tuple[tuple[str, datetime], ...]


def sorted_out(
    policy: Policy, holdings: Sequence[Holding], now: datetime
) -> tuple[Sequence[Holding], Sequence[Refusal]]:
    """Returns the records that can be erased now, and the refusals of those that cannot."""
    kinds = {kind.name: kind for kind in policy}
    lawful = [
        Holding(type=h.type, records=tuple(record for record in h.records if _lawful(kinds[h.type], record[1], now)))
        for h in holdings
    ]
    refused = [_refusal(kinds[h.type], h, now) for h in holdings]
    return [h for h in lawful if h.records], [r for r in refused if r]


def _lawful(kind: RecordType, since: datetime, now: datetime) -> bool:
    return kind.erasable or kind.ends(since) <= now


def _refusal(kind: RecordType, holding: Holding, now: datetime) -> Refusal | None:
    ends = [kind.ends(since) for _, since in holding.records if not _lawful(kind, since, now)]
    return Refusal(type=kind.name, count=len(ends), until=max(ends), because=kind.because) if ends else None
