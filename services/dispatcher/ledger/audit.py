"""The ledger held against everything it can be held against: what was assigned, and what the references must be."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.ledger.delivery import waits
from services.dispatcher.ledger.digest import AGENT, CUSTOMER, Digest, digest_of
from services.dispatcher.ledger.entry import LedgerRecord
from services.dispatcher.ledger.ports import Ledger
from services.dispatcher.letters.communication import reference_of
from services.dispatcher.schedule.chunk import Chunk

NOT_SENT = ("control", "suppressed-late")
COUNTED = {CUSTOMER: "communications", AGENT: "agent_copies"}


@dataclass(frozen=True, slots=True)
class Audited:
    """`findings`: how many entries are not as they must be, by what is wrong; empty when all is well. `issued`: by
    channel, how many communications the ledger says are out, and how many of them with a copy for an agent."""

    findings: Mapping[str, int]
    issued: Mapping[str, Mapping[str, int]]


class Audit:
    """A chunk at a time, so that it fits into memory however large the campaign is."""

    def __init__(self, repository: Ledger, reference_key: bytes) -> None:
        self._repository = repository
        self._key = reference_key

    async def look(self, campaign: DispatchedCampaign) -> Audited:
        found: Counter[str] = Counter()
        issued: dict[str, Counter[str]] = {}
        async for chunk, records in self._chunks(campaign):
            found.update(self._of_chunk(campaign, chunk, records))
            for digest in digests_of(chunk, records):
                counts = issued.setdefault(digest.channel, Counter(communications=0, agent_copies=0))
                counts[COUNTED[digest.recipient]] += digest.references
        findings = {what: count for what, count in sorted(found.items()) if count}
        return Audited(findings, {channel: dict(counts) for channel, counts in sorted(issued.items())})

    async def digests(self, campaign: DispatchedCampaign) -> AsyncIterator[Digest]:
        """Yields digests of all that is out, in the order of the chunks' waves."""
        async for chunk, records in self._chunks(campaign):
            for digest in digests_of(chunk, records):
                yield digest

    async def _chunks(self, campaign: DispatchedCampaign) -> AsyncIterator[tuple[Chunk, Sequence[LedgerRecord]]]:
        """Yields each chunk with its records in the ledger."""
        for wave in campaign.waves:
            for number in wave.chunks:
                chunk = await self._repository.chunk(campaign.reference, number)
                yield chunk, await self._repository.records(campaign.reference, number)

    def _of_chunk(self, campaign: DispatchedCampaign, chunk: Chunk, records: Sequence[LedgerRecord]) -> Counter[str]:
        assigned = {assignment.row: assignment.arm for assignment in chunk.assignments}
        controls, rows = campaign.controls, Counter(record.row for record in records)
        found: Counter[str] = Counter()
        for record in records:
            sent = record.state not in NOT_SENT
            found["not-assigned"] += record.row not in assigned
            found["in-another-arm"] += assigned.get(record.row, record.arm) != record.arm
            found["control-issued"] += sent and (record.arm in controls or assigned.get(record.row) in controls)
            found["copied-but-not-sent"] += record.copied and not sent
            found["wrong-reference"] += sent and record.reference != reference_of(
                campaign.number, record.row, self._key
            )
        found["twice-in-the-ledger"] += sum(count - 1 for count in rows.values())
        found["missing-in-the-ledger"] += len(assigned.keys() - rows.keys()) if chunk.finished else 0
        found["finished-but-planned"] += sum(chunk.finished and record.state == "planned" for record in records)
        return found


def digests_of(chunk: Chunk, records: Sequence[LedgerRecord]) -> list[Digest]:
    """Returns digests by channel and recipient. Communications that wait for their channel are in none."""
    out: dict[tuple[str, str], list[str]] = {}
    for record in records:
        if record.state == "issued" and record.channel and not waits(record, chunk):
            out.setdefault((record.channel, CUSTOMER), []).append(record.reference)
            if record.copied:
                out.setdefault((record.channel, AGENT), []).append(record.reference)
    return [
        Digest(chunk.number, channel, recipient, len(references), digest_of(references))
        for (channel, recipient), references in sorted(out.items(), key=lambda each: each[0])
    ]
