"""Matching of outcomes with the letters they are about, before they are kept."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from services.intake.outcomes.correction import ChangedOutcome, OutcomeChange, OutcomeCorrection
from services.intake.outcomes.outcome import Matched, OutcomeReport, RecordedOutcome, Submitted
from services.intake.outcomes.ports import OutcomeRepository
from services.intake.outcomes.telling import Telling
from services.intake.register.letter import RegisteredLetter, canonical
from services.intake.register.ports import Letters
from shared.clock import Clock, today
from shared.customers.letter_reference import parse_letter_reference
from shared.customers.reference import CustomerReference
from shared.errors import Invalid, Permanent, Problem
from shared.idempotency import Request
from shared.reading.dates import expect_between

BACK, AHEAD = timedelta(days=731), timedelta(days=92)
"""The time in which an outcome can be, seen from today; a payment may be booked ahead."""


class OutcomeRecorder:
    def __init__(
        self,
        repository: OutcomeRepository,
        letters: Letters,
        token: Callable[[CustomerReference], str],
        telling: Telling,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._letters = letters
        self._token = token
        self._telling = telling
        self._clock = clock

    async def record(self, submitted: Sequence[Submitted]) -> Sequence[RecordedOutcome | Permanent]:
        """Keeps what can be kept and returns for each outcome what is kept of it, or why it is not."""
        references = [reference for each in submitted if (reference := canonical(each.report.letter_reference))]
        tokens = {each.id: self._customer(each.report) for each in submitted}
        letters = await self._letters.letters(references)
        theirs = await self._letters.letters_to_all([token for token in tokens.values() if token])
        matched = [_match(each, tokens[each.id], letters, theirs) for each in submitted]
        wrong = {each.submitted.id: problem for each in matched if (problem := _contradiction(each))}
        right = [each for each in matched if each.submitted.id not in wrong]
        told = await self._telling.of(right)
        kept = iter(await self._repository.add(told, self._clock.now()) if told else ())
        return [wrong.get(each.submitted.id) or next(kept) for each in matched]

    async def correct(
        self, outcome: str, request: Request, by: str, why: str, instead: OutcomeCorrection | None
    ) -> ChangedOutcome:
        """Replaces an outcome, or voids it where there is nothing `instead`. Raises `Invalid` for a day that cannot be
        right."""
        if instead:
            expect_between("on", instead.on, today(self._clock), BACK, AHEAD)
        change = OutcomeChange(request.id, request.digest, by, why, self._clock.now(), instead)
        return await self._repository.correct(outcome, change)

    def check(self, report: OutcomeReport) -> None:
        """Raises `Invalid` for a reference that cannot be anybody's, or is nobody's without its campaign, and for a day
        that cannot be right."""
        expect_between("on", report.on, today(self._clock), BACK, AHEAD)
        if report.letter_reference is not None and canonical(report.letter_reference) is None:
            parse_letter_reference(report.letter_reference)
        self._customer(report)

    def _customer(self, report: OutcomeReport) -> str | None:
        return self._token(report.customer) if report.customer else None


def _match(
    submitted: Submitted,
    customer: str | None,
    letters: dict[str, RegisteredLetter],
    theirs: dict[str, list[RegisteredLetter]],
) -> Matched:
    """Matches an outcome by its letter, else by the customer's newest letter, of the campaign where one is named."""
    wanted = submitted.report.about
    letter = letters.get(canonical(submitted.report.letter_reference) or "")
    if letter is None and customer:
        letter = next((each for each in theirs.get(customer, []) if wanted in (None, each.campaign)), None)
    return Matched(submitted, letter, customer or (letter.customer if letter else None))


def _contradiction(matched: Matched) -> Invalid | None:
    """Returns what is wrong with an outcome whose letter is of another campaign than it says."""
    said, letter = matched.submitted.report.campaign, matched.letter
    if matched.submitted.report.letter_reference is None or said is None or letter is None or letter.campaign == said:
        return None
    message = "the letter is of another campaign: leave the campaign out, or check the letter reference"
    return Invalid(message, Problem("campaign", "contradiction", message))
