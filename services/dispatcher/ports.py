"""What dispatcher needs of its store."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from services.dispatcher.campaign import DispatchedCampaign, PlannedWave
from services.dispatcher.chunk import Chunk
from services.dispatcher.communication import Communication, Recipient
from services.dispatcher.customer import Rejection
from services.dispatcher.report import Candidate, Report
from shared.contracts import Contract
from shared.contracts.communications import ArmReconciliation


class PopulationRepository(Protocol):
    async def campaign(self, reference: str) -> DispatchedCampaign:
        """Raises `NotYet` while the campaign has not been approved."""
        ...

    async def add(self, load: str, candidates: Sequence[Candidate]) -> set[int]:
        """Keep customers; gives the rows whose reference the load had already: those are kept as duplicates."""
        ...

    async def reject(self, load: str, rejections: Sequence[Rejection]) -> None: ...

    async def finish(self, campaign: str, report: Report, said: Sequence[Contract]) -> None:
        """Make the load the campaign's population and say so, all or nothing. `Conflict` if it has one already."""
        ...

    async def sha256(self, load: str) -> str:
        """The digest of the file of a finished load."""
        ...

    async def discard(self, load: str) -> None:
        """Forget everything of a load that was not finished."""
        ...


@dataclass(frozen=True, slots=True)
class Eligible:
    """A customer to be randomised: nothing here says who it is."""

    row: int
    stratum: str
    cluster: str | None


class DispatchRepository(Protocol):
    async def campaign(self, reference: str) -> DispatchedCampaign: ...

    def eligible(self, load: str) -> AsyncIterator[Eligible]:
        """The customers of a load who were not suppressed, in the order of the file."""
        ...

    async def add_chunks(self, chunks: Sequence[Chunk]) -> None:
        """Chunks that are there already stay as they are."""
        ...

    async def schedule(self, reference: str, waves: Sequence[PlannedWave]) -> None:
        """Set the campaign's waves, unless it has them already."""
        ...

    async def due(self, day: date) -> list[DispatchedCampaign]:
        """Campaigns that may issue and have a wave whose day has come and that has not started."""
        ...

    async def start_wave(self, campaign: str, wave: int, at: datetime, said: Sequence[Contract]) -> None:
        """Mark it started and say so, all or nothing; if it has started already, nothing."""
        ...

    async def chunk(self, campaign: str, number: int) -> Chunk: ...

    async def take_in_hand(self, chunk: Chunk, at: datetime) -> Chunk:
        """The chunk with its time of issue: `at`, or the earlier one if it was in hand before."""
        ...

    async def recipients(self, load: str, chunk: Chunk) -> dict[int, Recipient]:
        """The customers of the chunk, by row."""
        ...

    async def record(self, chunk: Chunk, communications: Sequence[Communication], controls: frozenset[str]) -> None:
        """A ledger entry for every customer of the chunk, controls included; entries already there stay."""
        ...

    async def finish_chunk(self, chunk: Chunk) -> None: ...

    async def unfinished(self, campaign: str, waves: Sequence[int]) -> list[int]:
        """The numbers of chunks of these waves that are not finished."""
        ...

    async def complete(self, campaign: str, at: datetime) -> datetime:
        """Note that nothing is left to issue: gives `at`, or the earlier time if it was complete before."""
        ...

    async def reconcile(self, campaign: DispatchedCampaign) -> tuple[int, int, int, Sequence[ArmReconciliation]]:
        """Counted anew from the store: rows, rejected, suppressed, and each arm."""
        ...
