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

    async def claim(self, chunk: str, owner: str) -> int | None:
        """Claims the chunk for `owner` for the next while. Returns the epoch of the claim, higher than that of any
        before; None while somebody else has the chunk."""
        ...

    async def prolong(self, chunk: str, owner: str) -> bool:
        """Prolongs the claim of `owner`, who is a claimant once only; returns whether they still have the chunk."""
        ...

    async def release(self, chunk: str, owner: str) -> None:
        """Ends the claim of `owner`."""
        ...

    async def planned(self, campaign: str, chunk: int, channel: str) -> list[LedgerEntry]:
        """Entries without a result."""
        ...

    async def trying(self, references: Sequence[str], at: datetime, epoch: int) -> int:
        """Marks communications as handed to the provider from `at` on, by the claim of that epoch. Returns how many it
        marked: those without a result that are not marked, and that no later claim has marked."""
        ...

    async def untried(self, references: Sequence[str], epoch: int) -> None:
        """Takes the mark away, unless a later claim has made it: the provider has not taken them for certain."""
        ...

    async def put_off(self, references: Sequence[str], at: datetime, until: datetime, epoch: int) -> None:
        """Records, unless a later claim has marked them, that at `at` the provider could not reach their recipients:
        they are to be tried again at `until`."""
        ...

    async def open_bundle(self, chunk: str) -> int:
        """Returns the number of a bundle of which nothing is sent: an epoch of its own. Raises `Stale` while somebody
        has the chunk."""
        ...

    async def results(self, results: Sequence[Result], at: datetime, bundle: int) -> None:
        """Records the results, to be said in this bundle; an entry that has a result keeps it."""
        ...


class Ledger(Protocol):
    """Ledger questions of audits, delivery reports and attribution."""

    async def issuing(self, reference: str) -> DispatchedCampaign:
        """Raises `NotYet` while the campaign has not been approved."""
        ...

    async def as_known(self, reference: str) -> DispatchedCampaign:
        """Returns the campaign by the plan that was read last. Raises `NotYet` while it has not been approved."""
        ...

    async def customers_of(self, letters: Sequence[str]) -> Mapping[str, str]:
        """Returns the tokens of the customers of these letters, by letter, as the ledger has them."""
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
