"""Store operations that issuing needs."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.customers.customer import Recipient
from services.dispatcher.issue.chunk_part import ChannelPart
from services.dispatcher.issue.waits import Wait
from services.dispatcher.ledger.entry import Bundle, LedgerEntry, Unsent
from services.dispatcher.ledger.ports import SendLedger
from services.dispatcher.schedule.chunk import Chunk, FileDigests, Issue, Settlement
from shared.contracts import CampaignApproved
from shared.contracts.communications import ArmReconciliation


class IssueRepository(SendLedger, Protocol):
    async def campaign(self, reference: str) -> DispatchedCampaign: ...

    async def issuing(self, reference: str) -> DispatchedCampaign:
        """The campaign, with what matters to issuing as it is now: the decision, the plan, the chunks of the waves."""
        ...

    async def may_issue(self, reference: str) -> bool:
        """Returns the campaign's own `may_issue`, read anew."""
        ...

    async def reserve(self, campaign: str, day: date, chunk: int, size: int, limit: int | None) -> bool:
        """Counts a chunk among the communications of the day, once. False if that would be beyond the limit."""
        ...

    async def plan(self, reference: str, version: int) -> CampaignApproved:
        """The plan of that version, however many came after it."""
        ...

    async def chunk(self, campaign: str, number: int) -> Chunk:
        """Raises `NotYet` if it is not there."""
        ...

    async def note_said(self, campaign: str, number: int) -> None:
        """Notes that all events of the chunk were said, if it is finished."""
        ...

    async def settle(
        self, chunk: Chunk, channel: str, settlement: Settlement, load: str, contacted: Sequence[int]
    ) -> Chunk:
        """Tells other campaigns that the customers of the rows `contacted` are written to, then settles that channel,
        and returns the chunk as it is then. Raises `Stale`, with nothing settled, if another campaign has undertaken to
        write to any of them meanwhile, or anybody changed what is settled or who is left out since `chunk` was
        read."""
        ...

    async def recipients(self, load: str, chunk: Chunk) -> Mapping[int, Recipient]:
        """The customers of the chunk, by row."""
        ...

    async def record(
        self, chunk: Chunk, part: ChannelPart | None, unsent: Sequence[Unsent], bundle: int | None = None
    ) -> None:
        """A ledger entry for each communication of the part and each of those unsent; entries already there stay.
        With a `bundle` to say them in, communications are `planned` until their results are in; else they are
        `issued`."""
        ...

    async def withdraw(self, references: Sequence[str], whole: bool = False) -> None:
        """Deletes entries that were recorded as planned, were never tried, and are not to be sent; `whole`: or wait
        for a channel that takes a chunk whole."""
        ...

    async def reword(self, references: Sequence[str], issue: Issue, whole: bool = False) -> None:
        """Changes the issue of entries that are planned and never tried to the one settled now."""
        ...

    async def entries(self, chunk: Chunk) -> Sequence[LedgerEntry]:
        """The communications of a chunk in the ledger, in the order of their rows."""
        ...

    async def bundles(self, chunk: Chunk, channel: str) -> Sequence[Bundle]:
        """Returns the bundles in the order they were made in."""
        ...

    async def finish(self, chunk: Chunk, channels: Sequence[str], last: bool) -> None:
        """Records that all communications of the chunk by these channels are out; if `last`, by any channel."""
        ...

    async def hand_over(self, chunk: Chunk, channel: str, at: datetime, files: FileDigests | None) -> Chunk:
        """Marks the part of a channel that takes a chunk whole as handed over, as `files`; returns the chunk. Raises
        `Stale` if the chunk was settled again since `chunk` was read."""
        ...

    async def handed_over(self, chunk: str, channel: str) -> datetime | None:
        """Returns the time of that mark; None if there is none."""
        ...

    async def keep_back(self, chunk: Chunk, channel: str) -> Chunk:
        """Takes the mark away; returns the chunk."""
        ...

    async def defer(self, chunk: Chunk, waits: Sequence[Wait]) -> None:
        """Keeps why the chunk waits, and makes it due again at the earliest end of its waits."""
        ...

    async def complete(self, campaign: str, at: datetime) -> datetime | None:
        """Notes that nothing is left to issue: gives `at`, or the earlier time if it was complete before. None while
        something is left."""
        ...

    async def reconcile(self, campaign: DispatchedCampaign) -> tuple[int, int, int, Sequence[ArmReconciliation]]:
        """Counts anew from the store: rows, rejected, suppressed, and each arm."""
        ...


class LateSuppression(Protocol):
    """Suppression after the population was loaded."""

    async def late(self, campaign: str, load: str, rows: Sequence[int], at: datetime) -> Mapping[int, str]:
        """The rows among `rows` that are suppressed by now, each with the reason."""
        ...
