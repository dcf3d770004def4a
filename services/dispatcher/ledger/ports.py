"""Ledger operations that channels, reports and audits need."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.ledger.delivery import DeliveryReport
from services.dispatcher.ledger.entry import LedgerEntry, LedgerRecord, Result
from services.dispatcher.schedule.chunk import Chunk


class SendLedger(Protocol):
    """Records of a channel that sends one at a time, so that nothing goes out twice."""

    async def claim(self, chunk: str, owner: str) -> bool:
        """Claims the chunk for `owner` for the next while, or prolongs the claim; returns whether `owner` has it."""
        ...

    async def release(self, chunk: str, owner: str) -> None:
        """Ends the claim of `owner`."""
        ...

    async def planned(self, campaign: str, chunk: int, channel: str) -> list[LedgerEntry]:
        """Entries without a result."""
        ...

    async def trying(self, references: Sequence[str], at: datetime) -> int:
        """Marks communications as handed to the provider from `at` on. Returns how many of them have no result."""
        ...

    async def untried(self, references: Sequence[str]) -> None:
        """Takes the mark away: the provider has not taken them for certain."""
        ...

    async def put_off(self, references: Sequence[str], at: datetime, until: datetime) -> None:
        """Records that at `at` the provider could not reach their recipients, and that they are to be tried again at
        `until`."""
        ...

    async def open_bundle(self, chunk: str) -> int:
        """A number that no bundle of this chunk has yet, and the highest of all."""
        ...

    async def results(self, results: Sequence[Result], at: datetime, bundle: int) -> None:
        """Records the results, to be said in this bundle; an entry that has a result keeps it."""
        ...


class Ledger(Protocol):
    """Ledger questions of audits, delivery reports and attribution."""

    async def issuing(self, reference: str) -> DispatchedCampaign:
        """Raises `NotYet` while the campaign has not been approved."""
        ...

    async def chunk(self, campaign: str, number: int) -> Chunk: ...

    async def records(self, campaign: str, chunk: int) -> Sequence[LedgerRecord]:
        """The ledger's records of one chunk."""
        ...

    async def report(self, campaign: str, report: DeliveryReport) -> LedgerRecord:
        """The record with the report merged into it. Raises `NotFound` for a reference that was not issued."""
        ...

    async def said(self, report: DeliveryReport) -> DeliveryReport:
        """The report that is announced for a communication in that state: this one, unless another was first."""
        ...

    async def campaign_of(self, reference: str) -> str:
        """Raises `NotFound`."""
        ...

    async def arms(self, campaign: str, customers: Sequence[str], by: datetime) -> Mapping[str, str]:
        """Returns the arms, by token, of those customers to whom nothing was sent: of control arms, suppressed late, or
        refused by a channel. Only customers who had been dealt with `by` then."""
        ...
