"""The ledger held against everything it can be held against: what was assigned, and what the references must be."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.dispatcher.campaign import DispatchedCampaign
from services.dispatcher.chunk import Chunk
from services.dispatcher.communication import reference_of

NOT_SENT = ("control", "suppressed-late")


class AuditRepository(Protocol):
    async def chunk(self, campaign: str, number: int) -> Chunk: ...

    async def of_chunk(self, campaign: str, chunk: int) -> Sequence[Mapping[str, Any]]:
        """The ledger's entries of one chunk."""
        ...


@dataclass(frozen=True, slots=True)
class Audited:
    """`findings`: how many entries are not as they must be, by what is wrong; empty when all is well. `issued`: by
    channel, how many communications the ledger says went, and how many of them with a copy for an agent."""

    findings: Mapping[str, int]
    issued: Mapping[str, Mapping[str, int]]


class Audit:
    """A chunk at a time, so that it fits into memory however large the campaign is."""

    def __init__(self, repository: AuditRepository, reference_key: bytes) -> None:
        self._repository = repository
        self._key = reference_key

    async def look(self, campaign: DispatchedCampaign) -> Audited:
        found: Counter[str] = Counter()
        issued: dict[str, Counter[str]] = {}
        for wave in campaign.waves:
            for number in wave.chunks:
                chunk = await self._repository.chunk(campaign.reference, number)
                entries = await self._repository.of_chunk(chunk.campaign, number)
                found.update(self._of_chunk(campaign, chunk, entries))
                _count(issued, entries)
        findings = {what: count for what, count in sorted(found.items()) if count}
        return Audited(findings, {channel: dict(counts) for channel, counts in sorted(issued.items())})

    def _of_chunk(
        self, campaign: DispatchedCampaign, chunk: Chunk, entries: Sequence[Mapping[str, Any]]
    ) -> Counter[str]:
        assigned = {assignment.row: assignment.arm for assignment in chunk.assignments}
        controls, rows = campaign.controls, Counter(entry["row"] for entry in entries)
        found: Counter[str] = Counter()
        for entry in entries:
            sent = entry["state"] not in NOT_SENT
            found["not-assigned"] += entry["row"] not in assigned
            found["in-another-arm"] += assigned.get(entry["row"], entry["arm"]) != entry["arm"]
            found["control-issued"] += sent and (entry["arm"] in controls or assigned.get(entry["row"]) in controls)
            found["copied-but-not-sent"] += "copy" in entry and not sent
            found["wrong-reference"] += sent and entry["_id"] != reference_of(campaign.number, entry["row"], self._key)
        found["twice-in-the-ledger"] += sum(count - 1 for count in rows.values())
        found["missing-in-the-ledger"] += len(assigned.keys() - rows.keys()) if chunk.finished else 0
        found["finished-but-planned"] += sum(chunk.finished and entry["state"] == "planned" for entry in entries)
        return found


def _count(issued: dict[str, Counter[str]], entries: Sequence[Mapping[str, Any]]) -> None:
    for entry in entries:
        if entry["state"] == "issued" and "channel" in entry:
            counts = issued.setdefault(entry["channel"], Counter(communications=0, agent_copies=0))
            counts["communications"] += 1
            counts["agent_copies"] += "copy" in entry
