"""Store operations that the audit needs."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.issue.ports import IssueRepository
from services.dispatcher.ledger.ports import Ledger
from services.dispatcher.schedule.allocation import Place
from services.dispatcher.schedule.chunk import Chunk


class Audited(Ledger, IssueRepository, Protocol):
    """Store of all that an audit looks at."""

    async def places(self, load: str, rows: Sequence[int]) -> Mapping[int, Place]:
        """The places by which customers of these rows are randomised; a row that is not randomised has none."""
        ...

    def chunks_of_entries(self, campaign: DispatchedCampaign) -> AsyncIterator[tuple[int, int]]:
        """Yields the number of each chunk that the ledger has entries of, and how many."""
        ...

    async def chunk(self, campaign: str, number: int) -> Chunk: ...
