"""A channel that hands over one by one, on the real ledger, with a chunk of letters for it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from services.dispatcher.channels.channel import Batch
from services.dispatcher.channels.repository import MongoUsage
from services.dispatcher.channels.setup import ChannelSettings, configured_channels
from services.dispatcher.customers.customer import Recipient
from services.dispatcher.issue.chunk_part import ChannelPart
from services.dispatcher.issue.repository import MongoDispatch
from services.dispatcher.letters.communication import Communication, compose
from services.dispatcher.schedule.chunk import Assignment, Chunk, FileDigests, Issue, Settlement
from shared.contracts.campaigns import Arm
from tests.dispatcher.given.people import CAMPAIGN, campaign, customer
from tests.support.clocks import StoppedClock
from tests.support.inside import Inside

ISSUED_AT = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)
CUSTOMERS = 45
PLAIN = campaign().plan.arms[1]


class Killed(BaseException):
    """The process is no more."""


class Sending:
    """`die_at` names what the process dies before: `trying`, `results` or nothing."""

    def __init__(
        self, dispatcher: Inside, folder: Path, channel: str, people: dict[int, Any] | None = None, **how: Any
    ):
        self.clock = StoppedClock()
        self.ledger: Any = dispatcher.part(MongoDispatch)
        self._settings = ChannelSettings(folder=folder, **how)
        self._usage = MongoUsage(dispatcher.service.store)
        self.channels = configured_channels(self._settings, self._usage, self.clock)
        self.store = dispatcher.service.store
        self.code = channel
        self.letters = _letters(channel, people or {})
        self.chunk = Chunk(CAMPAIGN, 1, 1, tuple(Assignment(c.row, c.arm.code) for c in self.letters))
        self.cleared = 0
        """Number of times that the channel was reserved."""
        self.handed_over = self.taken_back = 0
        self.looks = 1_000_000
        """Number of times left that the campaign is found to be issuing."""

    async def recorded(self) -> "Sending":
        await self.ledger.add_chunks([self.chunk])
        part = ChannelPart(self.code, Settlement(Issue(ISSUED_AT, 1, 1)), self.letters)
        await self.ledger.record(self.chunk, part, [], 1 if self.channels[self.code].one_by_one else None)
        return self

    async def send(self, die_before: str = "") -> None:
        """Sends by a process that may die on the way; the claim that it leaves behind has run out when the next one
        comes."""

        try:
            await self.attempt(Dying(self.ledger, die_before) if die_before else self.ledger)
        finally:
            await self.lapse()

    async def attempt(self, ledger: Any = None) -> None:
        """Sends by a process that meets any claim there is, and leaves its own as it is."""

        async with self.channels[self.code].reserved(self.batch, ledger or self.ledger) as way:
            self.cleared += 1
            await way.send(self.batch, self)

    @property
    def batch(self) -> Batch:
        return Batch(CAMPAIGN, 1, self.code, ISSUED_AT, self.letters)

    async def handing_over(self, files: FileDigests | None = None) -> None:
        self.handed_over += 1

    async def kept_back(self) -> None:
        self.taken_back += 1

    async def going(self) -> bool:
        self.looks -= 1
        return self.looks >= 0

    async def lapse(self) -> None:
        """Lets any claim run out."""
        await self.store["chunks"].update_many({}, {"$set": {"owner": None}})

    def restarted(self, registry: CollectorRegistry | None = None, **how: Any) -> None:
        """Starts a new process that remembers nothing; it may be set up in another way."""
        if how:
            self._settings = ChannelSettings(folder=self._settings.folder, **how)
        self.channels = configured_channels(self._settings, self._usage, self.clock, registry)

    async def outcomes(self) -> dict[str, str]:
        """Returns the outcome by reference: issued, planned, or why it failed."""
        entries = await self.ledger.entries(self.chunk)
        return {e.reference: e.reason if e.outcome == "failed" else e.outcome for e in entries}

    def references(self, rows: Sequence[int] = ()) -> list[str]:
        return [c.reference for c in self.letters if not rows or c.row in rows]


class Dying:
    """The ledger, for a process that dies before it can do this to it."""

    def __init__(self, ledger: Any, before: str) -> None:
        self._ledger = ledger
        self._before = before

    def __getattr__(self, name: str) -> Any:
        async def dead(*_: object) -> None:
            raise Killed

        return dead if name == self._before else getattr(self._ledger, name)


def _letters(channel: str, people: dict[int, Any]) -> list[Communication]:
    arm = Arm.model_validate(PLAIN.model_dump() | {"channel": channel})
    found = []
    for row in range(1, CUSTOMERS + 1):
        described = {"email": f"c{row}@example.org", "phone": f"0770090{row:04d}"} | people.get(row, {})
        address = {"address": (f"{row} Quillfeather Lane", "Netherfold")}
        recipient = Recipient(row, customer(row, **(address | described)))
        found.append(compose(campaign(), recipient, arm, b"k" * 32))
    return found
