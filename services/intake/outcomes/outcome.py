"""Outcomes: what customers did in the end, matched to the letters they had, and passed on for the trial."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Protocol, Self

from pydantic import Field, StringConstraints, model_validator

from services.intake.disclosures.disclosure import Pence
from services.intake.register.letter import RegisteredLetter, canonical
from shared.clock import Clock
from shared.contracts.outcomes import OutcomeCode, OutcomeCount, OutcomeFact, OutcomesRecorded
from shared.customer_reference import CustomerReference
from shared.errors import Conflict, Invalid, Problem
from shared.values import CampaignReference, Identifier, LetterReference, Value


class OutcomeReport(Value):
    """What one customer did, by their letter or their own reference.

    `campaign` says which of their letters is meant; it is needed for customers who had none, as in a control arm. A
    reference of kind own needs one, said here or with it.
    """

    letter_reference: Annotated[str, StringConstraints(max_length=40)] | None = None
    customer_reference: CustomerReference | None = None
    campaign: CampaignReference | None = None
    outcome: OutcomeCode
    amount_pence: Pence | None = Field(None, repr=False)
    on: date

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if (self.letter_reference is None) == (self.customer_reference is None):
            raise ValueError("give either letter_reference or customer_reference")
        given = self.customer_reference
        if given and given.campaign and self.campaign not in (None, given.campaign):
            raise ValueError("the customer's reference is of another campaign")
        return self

    @property
    def customer(self) -> CustomerReference | None:
        """The customer, where they are named by a reference: of kind own, one of the outcome's campaign."""
        return self.customer_reference.within(self.campaign) if self.customer_reference else None

    @property
    def about(self) -> str | None:
        """The campaign that it says it is about."""
        return self.campaign or (self.customer_reference.campaign if self.customer_reference else None)


class RecordedOutcome(Value):
    """`matched`: a letter was found for it. Without a campaign it is kept, and counts for none."""

    id: Identifier
    matched: bool
    campaign: CampaignReference | None
    letter: LetterReference | None


@dataclass(frozen=True, slots=True)
class Submitted:
    """A report to keep under an id, with a digest of its body; `again`: it may have come before."""

    id: str
    digest: str
    report: OutcomeReport
    again: bool


@dataclass(frozen=True, slots=True)
class Matched:
    submitted: Submitted
    letter: RegisteredLetter | None
    customer: str | None

    @property
    def campaign(self) -> str | None:
        return self.letter.campaign if self.letter else self.submitted.report.about

    def fact(self) -> OutcomeFact:
        report = self.submitted.report
        return OutcomeFact(
            id=self.submitted.id,
            reference=self.letter.reference if self.letter else None,
            customer=self.customer,
            arm=self.letter.arm if self.letter else None,
            outcome=report.outcome,
            amount_pence=report.amount_pence,
            on=report.on,
        )

    def recorded(self) -> RecordedOutcome:
        letter = self.letter.reference if self.letter else None
        return RecordedOutcome(
            id=self.submitted.id, matched=self.letter is not None, campaign=self.campaign, letter=letter
        )


class OutcomeRepository(Protocol):
    async def add(self, matched: Sequence[Matched], at: datetime) -> Sequence[RecordedOutcome | Conflict]:
        """Keep those that are new and say so, all or nothing."""
        ...


class Letters(Protocol):
    async def letters(self, references: Sequence[str]) -> dict[str, RegisteredLetter]: ...

    async def letters_to_all(self, customers: Sequence[str]) -> dict[str, list[RegisteredLetter]]: ...


class OutcomeRecorder:
    def __init__(
        self, repository: OutcomeRepository, letters: Letters, token: Callable[[CustomerReference], str], clock: Clock
    ) -> None:
        self._repository = repository
        self._letters = letters
        self._token = token
        self._clock = clock

    async def record(self, submitted: Sequence[Submitted]) -> Sequence[RecordedOutcome | Conflict]:
        references = [reference for each in submitted if (reference := canonical(each.report.letter_reference))]
        tokens = {each.id: self._customer(each.report) for each in submitted}
        letters = await self._letters.letters(references)
        theirs = await self._letters.letters_to_all([token for token in tokens.values() if token])
        matched = [_match(each, tokens[each.id], letters, theirs) for each in submitted]
        return await self._repository.add(matched, self._clock.now())

    def check(self, report: OutcomeReport) -> None:
        """Raises `Invalid` for a reference that cannot be anybody's, or is nobody's without its campaign."""
        if report.letter_reference is not None and canonical(report.letter_reference) is None:
            raise Invalid("not a letter reference", Problem("letter_reference", "format", "not a letter reference"))
        self._customer(report)

    def _customer(self, report: OutcomeReport) -> str | None:
        return self._token(report.customer) if report.customer else None


def announcements(matched: Sequence[Matched], at: datetime) -> list[OutcomesRecorded]:
    """One event for each campaign: its facts, and their counts."""
    facts: dict[str, list[OutcomeFact]] = defaultdict(list)
    for each in matched:
        if each.campaign:
            facts[each.campaign].append(each.fact())
    return [
        OutcomesRecorded(campaign=campaign, counts=_counts(found), facts=tuple(found), recorded_at=at)
        for campaign, found in sorted(facts.items())
    ]


def _counts(facts: Sequence[OutcomeFact]) -> tuple[OutcomeCount, ...]:
    together: dict[tuple[str | None, OutcomeCode], list[int]] = defaultdict(list)
    for fact in facts:
        together[fact.arm, fact.outcome].append(fact.amount_pence or 0)
    return tuple(
        OutcomeCount(arm=arm, outcome=outcome, count=len(amounts), amount_pence=sum(amounts))
        for (arm, outcome), amounts in sorted(together.items(), key=lambda pair: (pair[0][0] or "", pair[0][1]))
    )


def _match(
    submitted: Submitted,
    customer: str | None,
    letters: dict[str, RegisteredLetter],
    theirs: dict[str, list[RegisteredLetter]],
) -> Matched:
    """By its letter; else the customer's newest letter, of the campaign where one is named."""
    wanted = submitted.report.about
    letter = letters.get(canonical(submitted.report.letter_reference) or "")
    if letter is None and customer:
        letter = next((each for each in theirs.get(customer, []) if wanted in (None, each.campaign)), None)
    return Matched(submitted, letter, customer or (letter.customer if letter else None))
