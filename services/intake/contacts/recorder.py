"""Recording contacts: recognise the letter, decide who must know, keep it all, and say so."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Protocol

from services.intake.campaigns.campaign import KnownCampaign
from services.intake.campaigns.routing import default_rules, referrals
from services.intake.contacts.block import block_of
from services.intake.contacts.contact import Contact, ContactReport, RegisteredLetter, misdated
from services.intake.contacts.receipt import Receipt
from shared.clock import Clock
from shared.coalescer import Coalescer
from shared.contracts.campaigns import VolunteeredProcess
from shared.customer_reference import CustomerReference
from shared.errors import Conflict, Invalid
from shared.identifiers import derived_id
from shared.letter_reference import parse_letter_reference


@dataclass(frozen=True, slots=True)
class Arrival:
    """A report as it came in, from `by` of `team`, with the id it is to be kept under and a digest of its body.

    `again`: it may have come before under the same id.
    """

    report: ContactReport
    by: str | None
    team: str
    id: str
    digest: str
    again: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """A contact to keep, and its campaign's process for what was volunteered in it; None while nobody knows that."""

    contact: Contact
    digest: str
    again: bool
    process: VolunteeredProcess | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept under a contact's id: the digest of the report it came from, and the receipt for it."""

    digest: str
    receipt: Receipt


class Letters(Protocol):
    async def letters(self, references: Sequence[str]) -> dict[str, RegisteredLetter]: ...

    async def campaigns(self) -> Sequence[KnownCampaign]: ...


class ContactRepository(Protocol):
    async def add(self, taken: Sequence[Taken], together: bool) -> Sequence[Kept]:
        """Keep those whose ids are new and say so, all or nothing; `together`: in the blocks that their ids name, and
        in one event for several.

        Gives for each what is kept under its id.
        """
        ...


class Recogniser:
    """Finds out about whom and what a report is. `token` gives what stands for a customer who gave that reference."""

    def __init__(self, letters: Letters, token: Callable[[CustomerReference], str]) -> None:
        self._letters = letters
        self._token = token

    async def recognise(self, arrivals: Sequence[Arrival], now: datetime) -> list[Taken]:
        """Nobody is turned away for a letter we cannot make out: the contact is kept without one."""
        references = [canonical(arrival.report.letter_reference) for arrival in arrivals]
        letters = await self._letters.letters([reference for reference in references if reference])
        campaigns = {campaign.reference: campaign for campaign in await self._letters.campaigns()}
        return [
            self._taken(arrival, reference, letters.get(reference or ""), campaigns, now)
            for arrival, reference in zip(arrivals, references, strict=True)
        ]

    def _taken(
        self,
        arrival: Arrival,
        reference: str | None,
        letter: RegisteredLetter | None,
        campaigns: dict[str, KnownCampaign],
        now: datetime,
    ) -> Taken:
        report = arrival.report
        campaign = campaigns.get(letter.campaign) if letter else None
        given = self._customer(report.customer_reference, letter)
        rules = campaign.rules if campaign and campaign.rules is not None else default_rules()
        contact = Contact.model_construct(  # every value has been checked where it came from
            id=arrival.id,
            report=report,
            recorded_by=arrival.by,
            team=report.team or arrival.team,
            letter=letter,
            reference=reference,
            customer=(letter.customer if letter else None) or given,
            given=given,
            disclosure=derived_id(arrival.id, "disclosure") if report.volunteered else None,
            referrals=referrals(arrival.id, report, rules),
            recorded_at=now,
        )
        return Taken(contact, arrival.digest, arrival.again, campaign.process if campaign else None)

    def _customer(self, given: CustomerReference | None, letter: RegisteredLetter | None) -> str | None:
        try:
            return self._token(given.within(letter.campaign if letter else None)) if given else None
        except Invalid:
            return None


class Recorder:
    """Contacts that arrive at the same time share a commit."""

    def __init__(self, repository: ContactRepository, recogniser: Recogniser, clock: Clock) -> None:
        self._repository = repository
        self._recogniser = recogniser
        self._clock = clock
        self._together: Coalescer[Arrival, Kept] = Coalescer(self._keep, within=0.002)

    async def record(self, arrival: Arrival) -> Receipt:
        """The same contact again gives the receipt it had; another body under its id raises `Conflict`, and a date
        that cannot be right `Invalid`."""
        if problem := misdated(arrival.report, self._clock.now()):
            raise problem
        return _receipt(arrival, await self._together.add(arrival))

    async def record_all(self, arrivals: Sequence[Arrival]) -> list[Receipt | BaseException]:
        """In one commit, without those whose date cannot be right. Their ids name their blocks, and those
        of a block follow each other."""
        now = self._clock.now()
        problems = [misdated(arrival.report, now) for arrival in arrivals]
        dated = [arrival for arrival, problem in zip(arrivals, problems, strict=True) if problem is None]
        recorded = iter(await self._record_all(dated))
        return [problem or next(recorded) for problem in problems]

    async def _record_all(self, arrivals: Sequence[Arrival]) -> list[Receipt | BaseException]:
        """Where it fails, each block by itself, so that it is clear which could not be kept."""
        try:
            kept = await self._keep(arrivals, together=True)
        except Exception as error:
            blocks = [list(block) for _, block in groupby(arrivals, key=lambda arrival: block_of(arrival.id))]
            if len(blocks) == 1:
                return [error] * len(arrivals)
            return [each for block in await asyncio.gather(*map(self._record_all, blocks)) for each in block]
        return [_receipt_or_conflict(arrival, each) for arrival, each in zip(arrivals, kept, strict=True)]

    async def _keep(self, arrivals: Sequence[Arrival], together: bool = False) -> Sequence[Kept]:
        return await self._repository.add(await self._recogniser.recognise(arrivals, self._clock.now()), together)


def canonical(text: str | None) -> str | None:
    """The letter reference in `text`, if it can be one."""
    try:
        return parse_letter_reference(text) if text else None
    except Invalid:
        return None


def _receipt(arrival: Arrival, kept: Kept) -> Receipt:
    if kept.digest != arrival.digest:
        raise Conflict("this Idempotency-Key was used before with a different body")
    return kept.receipt


def _receipt_or_conflict(arrival: Arrival, kept: Kept) -> Receipt | Conflict:
    try:
        return _receipt(arrival, kept)
    except Conflict as conflict:
        return conflict
