"""The ledger held against everything it can be held against: what was assigned, what the seed and the references say,
and the print files made again."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace

from services.dispatcher.audit.made_again import MadeAgain
from services.dispatcher.audit.ports import Audited
from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.ledger.delivery import waits
from services.dispatcher.ledger.digest import AGENT, CUSTOMER, Digest, digest_of
from services.dispatcher.ledger.entry import LedgerRecord
from services.dispatcher.letters.communication import reference_of
from services.dispatcher.schedule.allocation import Allocator
from services.dispatcher.schedule.chunk import Chunk

NOT_SENT = ("control", "suppressed-late")
COUNTED = {CUSTOMER: "communications", AGENT: "agent_copies"}


@dataclass(frozen=True, slots=True)
class Findings:
    """`findings`: how many entries are not as they must be, by what is wrong; empty when all is well. `issued`: by
    channel, how many communications the ledger says are out, and how many of them with a copy for an agent."""

    findings: Mapping[str, int]
    issued: Mapping[str, Mapping[str, int]]


class Audit:
    """A chunk at a time, so that it fits into memory however large the campaign is."""

    def __init__(self, repository: Audited, made_again: MadeAgain, reference_key: bytes) -> None:
        self._repository = repository
        self._made_again = made_again
        self._key = reference_key

    async def look(self, campaign: DispatchedCampaign) -> Findings:
        found: Counter[str] = Counter()
        issued: dict[str, Counter[str]] = {}
        async for chunk, records in self._chunks(campaign):
            found.update(self._of_chunk(campaign, chunk, records))
            found.update(await self._of_assignments(campaign, chunk))
            found["not-as-made-again"] += await self._made_otherwise(campaign, chunk)
            for digest in digests_of(chunk, records):
                counts = issued.setdefault(digest.channel, Counter(communications=0, agent_copies=0))
                counts[COUNTED[digest.recipient]] += digest.references
        in_waves = {number for wave in campaign.waves for number in wave.chunks}
        async for number, entries in self._repository.chunks_of_entries(campaign):
            found["in-no-wave"] += entries if number not in in_waves else 0
        findings = {what: count for what, count in sorted(found.items()) if count}
        return Findings(findings, {channel: dict(counts) for channel, counts in sorted(issued.items())})

    async def digests(self, campaign: DispatchedCampaign) -> AsyncIterator[Digest]:
        """Yields digests of all that is out, in the order of the chunks' waves."""
        async for chunk, records in self._chunks(campaign):
            digests = digests_of(chunk, records)
            made = {} if not digests or chunk.files else await self._made_again.files(campaign, chunk)
            for digest in digests:
                files = {**made, **chunk.files}.get(digest.channel)
                yield replace(digest, file_sha256=files.data, manifest_sha256=files.manifest) if files else digest

    async def _of_assignments(self, campaign: DispatchedCampaign, chunk: Chunk) -> Counter[str]:
        """Counts customers of a chunk who are not where the seed puts them."""
        rows = [assignment.row for assignment in chunk.assignments]
        places = await self._repository.places(str(campaign.load), rows)
        allocator, found = Allocator(campaign.plan.arms, campaign.plan.allocation_seed), Counter[str]()
        for assignment in chunk.assignments:
            place = places.get(assignment.row)
            found["not-in-the-population"] += place is None
            found["not-the-arm-of-the-seed"] += place is not None and allocator.arm(place) != assignment.arm
        return found

    async def _made_otherwise(self, campaign: DispatchedCampaign, chunk: Chunk) -> int:
        """Returns the number of files that were handed over and are not those that are made from the population now."""
        if not chunk.files:
            return 0
        made = await self._made_again.files(campaign, chunk)
        return sum(made.get(channel, files) != files for channel, files in chunk.files.items())

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
