"""Matching of outcomes with the letters they are about, before they are kept."""

from collections.abc import Callable, Sequence

from services.intake.outcomes.outcome import Matched, OutcomeReport, RecordedOutcome, Submitted
from services.intake.outcomes.ports import OutcomeRepository
from services.intake.register.letter import RegisteredLetter, canonical
from services.intake.register.ports import Letters
from shared.clock import Clock
from shared.customer_reference import CustomerReference
from shared.errors import Conflict, Invalid, Problem


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
