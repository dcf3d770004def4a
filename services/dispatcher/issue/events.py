"""Events about a chunk, by channel."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from services.dispatcher.issue.chunk_part import ChannelPart
from services.dispatcher.ledger.entry import Bundle, LedgerEntry, Unsent
from services.dispatcher.letters.communication import Communication
from services.dispatcher.schedule.chunk import Chunk, Issue
from services.dispatcher.units.unit import DealtWith
from shared.contracts import CommunicationsIssued
from shared.contracts.base import tallies
from shared.contracts.communications import Issued
from shared.customers.generations import apart, generation_of


def issued(chunk: Chunk, channel: str, bundles: Sequence[Bundle]) -> list[CommunicationsIssued]:
    """Returns the same events on every redo, with more at the end when there are more bundles; usually one event."""
    return [event for bundle in bundles for event in _of_bundle(chunk, channel, bundle)]


def bundle_of(part: ChannelPart) -> Bundle:
    """Returns the ledger's bundle of a part that a channel has taken whole."""
    issue, suppressed = part.settlement.issue, Counter(part.settlement.suppressed.values())
    return Bundle(issue, [_entry(issue, communication) for communication in part.communications], suppressed)


def dealt_with(part: ChannelPart, unsent: Sequence[Unsent]) -> list[DealtWith]:
    """Returns the customers of a part that a channel has taken whole, and those unsent, as the ledger has them."""
    at = part.settlement.issue.at
    sent = [DealtWith(c.token, c.arm.code, "sent", at) for c in part.communications if c.token]
    others = [(each, each.customer) for each in unsent]
    return sent + [
        DealtWith(customer, each.arm, "suppressed" if each.channel else "control", at)
        for each, customer in others
        if customer
    ]


def _entry(issue: Issue, c: Communication) -> LedgerEntry:
    return LedgerEntry(
        reference=c.reference,
        row=c.row,
        arm=c.arm.code,
        channel=str(c.arm.channel),
        language=c.language,
        outcome="issued",
        issue=issue,
        customer=c.token,
        extra_support=c.extra_support,
    )


def _of_bundle(chunk: Chunk, channel: str, bundle: Bundle) -> Iterator[CommunicationsIssued]:
    by_issue: dict[Issue, list[LedgerEntry]] = {bundle.issue: []} if bundle.suppressed or not bundle.entries else {}
    for entry in bundle.entries:
        by_issue.setdefault(entry.issue, []).append(entry)
    for issue, entries in sorted(by_issue.items(), key=lambda each: each[0]):
        yield _event(chunk, channel, issue, entries, bundle.suppressed if issue == bundle.issue else {})


def _event(
    chunk: Chunk, channel: str, issue: Issue, entries: Sequence[LedgerEntry], suppressed: Mapping[str, int]
) -> CommunicationsIssued:
    failed = Counter(entry.reason or "refused" for entry in entries if entry.outcome == "failed")
    generations = [generation_of(entry.customer) for entry in entries if entry.customer]  # all of their campaign's
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
                customer=apart(e.customer)[0] if e.customer else None,
                extra_support=e.extra_support,
            )
            for e in entries
            if e.outcome == "issued"
        ),
        suppressed_late=tallies(suppressed),
        failed=tallies(failed),
        lines_to_take=issue.lines_to_take,
        plan_version=issue.plan_version,
        generation=max(generations, default=1),
        issued_at=issue.at,
    )
