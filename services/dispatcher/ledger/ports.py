"""Ledger operations that channels, reports and audits need."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from services.dispatcher.ledger.delivery import DeliveryReport
from services.dispatcher.ledger.entry import LedgerEntry, LedgerRecord, Result
from services.dispatcher.schedule.chunk import Chunk


class SendLedger(Protocol):
    """What a channel that sends one at a time records, so that nothing goes out twice."""

    async def claim(self, chunk: str, owner: str) -> bool:
        """Whether this chunk is `owner`'s for the next while; taken again it is prolonged."""
        ...

    async def release(self, chunk: str, owner: str) -> None:
        """It is `owner`'s no more."""
        ...

    async def planned(self, campaign: str, chunk: int, channel: str) -> list[LedgerEntry]:
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


class Ledger(Protocol):
    """Ledger questions of audits, delivery reports and attribution."""

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
        """Arms of those customers, by token, to whom nothing was sent: of control arms, suppressed late, or refused by
        a channel. Only customers who had been dealt with `by` then."""
        ...
