"""Recording contacts: recognise the letter, decide who must know, keep it all, and say so."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import groupby

from services.intake.contacts.block import block_of
from services.intake.contacts.contact import misdated
from services.intake.contacts.events import announcements
from services.intake.contacts.ports import ContactRepository, StoredContact
from services.intake.contacts.receipt import Receipt
from services.intake.contacts.recogniser import IncomingContact, Recogniser
from shared.clock import Clock
from shared.errors import Conflict, Permanent
from shared.idempotency import expect_same_request
from shared.running.coalescer import Coalescer


class Recorder:
    """Contacts that arrive at the same time share a commit."""

    def __init__(
        self,
        repository: ContactRepository,
        recogniser: Recogniser,
        clock: Clock,
        came: Callable[[Iterable[str | None]], None] | None = None,
    ) -> None:
        """`came` is told the campaigns of contacts that are kept."""
        self._repository = repository
        self._came = came
        self._recogniser = recogniser
        self._clock = clock
        self._together: Coalescer[IncomingContact, StoredContact] = Coalescer(self._keep, within=0.002)

    async def record(self, arrival: IncomingContact) -> Receipt:
        """Records one contact once: the same again gives the first receipt. Raises `Conflict` for another body under
        its id and `Invalid` for a date that cannot be right."""
        if problem := misdated(arrival.report, self._clock.now()):
            raise problem
        return _receipt(arrival, await self._together.add(arrival))

    async def record_all(self, arrivals: Sequence[IncomingContact]) -> list[Receipt | BaseException]:
        """Records contacts in one commit, without those whose date cannot be right. Their ids name their blocks, and
        the contacts of a block follow each other."""
        now = self._clock.now()
        problems = [misdated(arrival.report, now) for arrival in arrivals]
        dated = [arrival for arrival, problem in zip(arrivals, problems, strict=True) if problem is None]
        recorded = iter(await self._record_all(dated))
        return [problem or next(recorded) for problem in problems]

    async def _record_all(self, arrivals: Sequence[IncomingContact]) -> list[Receipt | BaseException]:
        """Keeps all contacts; where that fails, each block by itself, and where a contact of a block is at fault each
        contact, so that only the one at fault is refused."""
        try:
            kept = await self._keep(arrivals, together=True)
        except Exception as error:
            blocks = [list(block) for _, block in groupby(arrivals, key=lambda arrival: block_of(arrival.id))]
            if len(blocks) == 1 and isinstance(error, ValueError | Permanent):
                blocks = [[arrival] for arrival in arrivals]
            if len(blocks) == 1:
                return [error] * len(arrivals)
            return [each for block in await asyncio.gather(*map(self._record_all, blocks)) for each in block]
        return [_receipt_or_conflict(arrival, each) for arrival, each in zip(arrivals, kept, strict=True)]

    async def _keep(self, arrivals: Sequence[IncomingContact], together: bool = False) -> Sequence[StoredContact]:
        recognised = await self._recogniser.recognise(arrivals, self._clock.now())
        kept = await self._repository.add(recognised, together, partial(announcements, together=together))
        if self._came is not None:
            self._came({each.contact.campaign for each in recognised})
        return kept


def _receipt(arrival: IncomingContact, kept: StoredContact) -> Receipt:
    expect_same_request(kept.digest, arrival)
    return kept.receipt


def _receipt_or_conflict(arrival: IncomingContact, kept: StoredContact) -> Receipt | Conflict:
    try:
        return _receipt(arrival, kept)
    except Conflict as conflict:
        return conflict
