"""Store operations that loading a population needs."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.customers.customer import Rejection
from services.dispatcher.customers.schema import PopulationSchema
from services.dispatcher.population.report import Candidate, LoadReport
from services.dispatcher.schedule.allocation import Eligible
from services.dispatcher.suppression.window import ContactWindow
from shared.contracts import Contract
from shared.customers.reference import Kind

ROWS_PER_BLOCK = 500
"""Rows that are kept together: rows 1 to 500 of a file are its first block, whatever became of them."""


class PopulationRepository(Protocol):
    async def campaign(self, reference: str) -> DispatchedCampaign:
        """Raises `NotYet` while the campaign has not been approved."""
        ...

    async def schema(self, campaign: DispatchedCampaign) -> PopulationSchema:
        """Returns the declared schema, or that of a letter to customers known as the plan says."""
        ...

    async def begin(self, load: str, campaign: str) -> None:
        """Registers the load: if nothing more is heard of it, what it leaves is swept away."""
        ...

    async def add(self, load: str, first: int, block: Sequence[Candidate | Rejection]) -> None:
        """Keeps one block of rows, of which `first` is the first. Raises `Unavailable` if the load was swept away."""
        ...

    async def withdraw(self, load: str, reasons: Mapping[int, str]) -> list[Eligible]:
        """Suppress customers that were kept to be randomised: the rows of one block, each with the reason. Gives those
        who were; of a row that is suppressed or rejected already nothing changes."""
        ...

    async def write_in_welsh(self, load: str, rows: Sequence[int]) -> None:
        """Marks customers that were kept to be randomised as Welsh: rows of one block."""
        ...

    async def finish(self, campaign: str, known_by: Kind, report: LoadReport, said: Sequence[Contract]) -> None:
        """Notes who loads what, then makes the load the campaign's population, of customers who are `known_by` such
        references, and says so, all or nothing. Raises `Conflict` if it has one already."""
        ...

    async def sha256(self, load: str) -> str:
        """The digest of the file of a finished load."""
        ...

    async def discard(self, load: str) -> None:
        """Forgets everything of a load that was not finished."""
        ...


class CorrectionRepository(PopulationRepository, Protocol):
    async def declare(self, reference: str, schema: PopulationSchema) -> None:
        """Keeps a schema. Raises `Conflict` once the campaign has its population."""
        ...


class SuppressionLookup(Protocol):
    async def reasons(self, leaving: ContactWindow, customers: Sequence[bytes]) -> Mapping[bytes, Sequence[str]]:
        """Returns the reasons, by blind index, of those customers who are not to be written to."""
        ...
