"""What scheduling and issuing need of the store."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from services.dispatcher.campaigns.campaign import DispatchedCampaign, PlannedWave
from services.dispatcher.issue.chunk_part import Part
from services.dispatcher.ledger.entry import Bundle, Entry, Result, Unsent
from services.dispatcher.letters.communication import Recipient
from services.dispatcher.population.report import Eligible
from services.dispatcher.schedule.chunk import Chunk, Issue, Settlement
from shared.contracts import CampaignApproved, Contract
from shared.contracts.communications import ArmReconciliation


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
        """Campaigns that may issue and have a wave that is due on that day."""
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

    async def trying(self, references: Sequence[str], tried: bool) -> int:
        """They are about to be handed to the provider; or were, and it has not taken them. Gives how many of them have
        no result."""
        ...

    async def put_off(self, references: Sequence[str], at: datetime, until: datetime) -> None:
        """At `at` the provider could not reach their recipients; they are to be tried again at `until`."""
        ...

    async def handing_over(self, chunk: str, channel: str, at: datetime) -> None:
        """At `at` some of this chunk are handed to the channel's provider."""
        ...

    async def handed_over(self, chunk: str, channel: str) -> datetime | None:
        """When that was last; None if it never was."""
        ...

    async def open_bundle(self, chunk: str) -> int:
        """A number that no bundle of this chunk has yet, and the highest of all."""
        ...

    async def results(self, results: Sequence[Result], at: datetime, bundle: int) -> None:
        """What came of them, to be said in this bundle; an entry that has a result keeps it."""
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

    async def settle(self, chunk: Chunk, channel: str, settlement: Settlement) -> Chunk:
        """The chunk with what is settled for that channel. Raises `Stale`, with nothing done, if anybody changed what
        is settled or who is left out since `chunk` was read."""
        ...

    async def recipients(self, load: str, chunk: Chunk) -> Mapping[int, Recipient]:
        """The customers of the chunk, by row."""
        ...

    async def record(
        self, chunk: Chunk, part: Part | None, unsent: Sequence[Unsent], bundle: int | None = None
    ) -> None:
        """A ledger entry for each communication of the part and each of those unsent; entries already there stay.
        With a `bundle` to say them in, communications are `planned` until their results are in; else they are
        `issued`."""
        ...

    async def withdraw(self, references: Sequence[str]) -> None:
        """These were recorded as planned, were never tried, and are not to be sent."""
        ...

    async def reword(self, references: Sequence[str], issue: Issue) -> None:
        """These, recorded as planned and never tried, go out as settled now."""
        ...

    async def entries(self, chunk: Chunk) -> Sequence[Entry]:
        """The communications of a chunk in the ledger, in the order of their rows."""
        ...

    async def bundles(self, chunk: Chunk, channel: str) -> Sequence[Bundle]:
        """In the order that they were made in."""
        ...

    async def finish(self, chunk: Chunk, channels: Sequence[str], last: bool) -> None:
        """All of the chunk's communications by these channels are out; if `last`, by any channel."""
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

    async def contacted(self, campaign: str, load: str, rows: Sequence[int], at: datetime) -> None:
        """These are about to be written to, and from now on other campaigns know it. Raises `Stale`, with nothing
        done, if another one has taken it on itself to write to any of them since they were judged."""
        ...
