"""What scheduling and issuing need of the store."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from services.dispatcher.campaign import DispatchedCampaign, PlannedWave
from services.dispatcher.chunk import Chunk, InHand
from services.dispatcher.communication import Communication, Recipient
from services.dispatcher.report import Eligible
from shared.contracts import CampaignApproved, Contract
from shared.contracts.communications import ArmReconciliation

Outcome = Literal["planned", "issued", "failed"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger says of one communication of a chunk. `tried`: it was handed to a provider at least once, who
    may or may not have taken it."""

    reference: str
    arm: str
    channel: str
    language: str
    outcome: Outcome
    reason: str | None = None
    tried: bool = False
    customer: str | None = None
    extra_support: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What a provider said to one communication: `provider_id` is its own name for it."""

    reference: str
    outcome: Literal["issued", "failed"]
    provider_id: str | None = None
    reason: str | None = None


class ScheduleRepository(Protocol):
    async def campaign(self, reference: str) -> DispatchedCampaign:
        """Raises `NotYet` while the campaign has not been approved."""
        ...

    def eligible(self, load: str) -> AsyncIterator[Eligible]:
        """The customers of a load who were not suppressed, in the order of the file."""
        ...

    async def add_chunks(self, chunks: Sequence[Chunk]) -> None:
        """Chunks that are there already stay as they are, unless an earlier plan cut them and never scheduled them."""
        ...

    def cut(self, reference: str, numbers: Sequence[int]) -> AsyncIterator[Chunk]:
        """These chunks, in order."""
        ...

    async def schedule(self, campaign: DispatchedCampaign, waves: Sequence[PlannedWave]) -> bool:
        """Make `waves` those of the campaign, by the plan that `campaign` has, and forget chunks that are in none of
        them. False, with nothing done, if the plan or the schedule is another one by now."""
        ...

    async def forget_drafts(self, campaign: DispatchedCampaign) -> None:
        """Forget chunks that were cut, by its present schedule or an earlier one, and are in none of its waves."""
        ...

    async def due(self, day: date) -> list[DispatchedCampaign]:
        """Campaigns that may issue and have a wave whose day has come and that has not started."""
        ...

    async def start_wave(self, campaign: DispatchedCampaign, wave: int, at: datetime, said: Sequence[Contract]) -> None:
        """Mark it started and say so, all or nothing; if it has started already, or is not as `campaign` has it,
        nothing."""
        ...

    async def unfinished(self, campaign: DispatchedCampaign, started: bool = False) -> list[int]:
        """The numbers of its chunks that are not finished: of waves that have started only, if asked."""
        ...

    async def deferred(self, now: datetime) -> list[Chunk]:
        """Chunks that waited long enough."""
        ...

    async def make_due(self, chunk: Chunk, at: datetime, said: Sequence[Contract]) -> None:
        """Say that a deferred chunk is due again and wait no more, all or nothing."""
        ...


class SendLedger(Protocol):
    """What a channel that sends one at a time records, so that nothing goes out twice."""

    async def claim(self, chunk: str, owner: str) -> bool:
        """Whether this chunk is `owner`'s for the next while; taken again it is prolonged."""
        ...

    async def release(self, chunk: str, owner: str) -> None:
        """It is `owner`'s no more."""
        ...

    async def planned(self, campaign: str, chunk: int, channel: str) -> list[Entry]:
        """Entries without a result."""
        ...

    async def trying(self, references: Sequence[str], tried: bool) -> None:
        """They are about to be handed to the provider; or were, and it has not taken them."""
        ...

    async def handing_over(self, chunk: str, channel: str, at: datetime) -> None:
        """At `at` some of this chunk are handed to the channel's provider."""
        ...

    async def handed_over(self, chunk: str, channel: str) -> datetime | None:
        """When that was last; None if it never was."""
        ...

    async def results(self, results: Sequence[Result], at: datetime) -> None:
        """What came of them; an entry that has a result keeps it."""
        ...


class IssueRepository(SendLedger, Protocol):
    async def campaign(self, reference: str) -> DispatchedCampaign: ...

    async def issuing(self, reference: str) -> DispatchedCampaign:
        """The campaign, with what matters to issuing as it is now: the decision, the plan, the chunks of the waves."""
        ...

    async def may_issue(self, reference: str) -> bool:
        """The same as the campaign's own `may_issue`, looked up anew."""
        ...

    async def plan(self, reference: str, version: int) -> CampaignApproved:
        """The plan of that version, however many came after it."""
        ...

    async def chunk(self, campaign: str, number: int) -> Chunk:
        """Raises `NotYet` if it is not there."""
        ...

    async def take_in_hand(self, chunk: Chunk, settled: InHand) -> Chunk:
        """The chunk with what was settled: `settled`, or what was before if it was in hand before."""
        ...

    async def recipients(self, load: str, chunk: Chunk) -> Mapping[int, Recipient]:
        """The customers of the chunk, by row."""
        ...

    async def record(
        self,
        chunk: Chunk,
        communications: Sequence[Communication],
        one_by_one: frozenset[str],
        controls: frozenset[str],
        withheld: Mapping[int, str],
    ) -> None:
        """A ledger entry for every customer of the chunk; entries already there stay. Communications by the channels
        `one_by_one` are `planned` until their results are in, all others `issued`. `withheld` are the tokens of those
        who are not written to, by row."""
        ...

    async def entries(self, chunk: Chunk) -> Sequence[Entry]:
        """The communications of a chunk in the ledger, in the order of their rows."""
        ...

    async def finish(self, chunk: Chunk, channel: str, last: bool) -> None:
        """All of the chunk's communications by this channel are out; if `last`, by any channel."""
        ...

    async def defer(self, chunk: Chunk, until: datetime) -> None: ...

    async def complete(self, campaign: str, at: datetime) -> datetime | None:
        """Note that nothing is left to issue: gives `at`, or the earlier time if it was complete before. None while
        something is left."""
        ...

    async def reconcile(self, campaign: DispatchedCampaign) -> tuple[int, int, int, Sequence[ArmReconciliation]]:
        """Counted anew from the store: rows, rejected, suppressed, and each arm."""
        ...


class LateSuppression(Protocol):
    """Who must not be written to any more, although they were in scope when the population was loaded."""

    async def late(self, campaign: str, load: str, rows: Sequence[int], at: datetime) -> Mapping[int, str]:
        """The rows among `rows` that are suppressed by now, each with the reason."""
        ...

    async def contacted(self, campaign: str, chunk: int, load: str, rows: Sequence[int], at: datetime) -> None:
        """These are about to be written to: other campaigns should know. Repeated, it has no further effect."""
        ...
