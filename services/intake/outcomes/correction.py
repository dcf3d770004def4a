"""Correcting and voiding outcomes: what was recorded is replaced, once, and its hearers are told."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from services.intake.disclosures.disclosure import Pence
from shared.contracts.outcomes import OutcomeCode, OutcomeCorrected, OutcomeFact
from shared.customers.generations import apart
from shared.errors import Conflict
from shared.reading.dates import Day
from shared.values import Code, Identifier, Instant, Number, Value


class OutcomeCorrection(Value):
    """A replacement: the outcome as it was in truth, and why the record was wrong. Whose outcome it is stays."""

    outcome: OutcomeCode
    amount_pence: Annotated[Pence | None, Field(repr=False)] = None
    on: Day
    why: Code


class OutcomeVoiding(Value):
    """Why the outcome should not have been recorded at all."""

    why: Code


class ChangedOutcome(Value):
    """An outcome was changed: its version then, and whether it is void. The same answer to the same change."""

    outcome: Identifier
    version: Number
    void: bool


@dataclass(frozen=True, slots=True)
class OutcomeChange:
    """One request to change an outcome, by whom and why; `instead` is None where it is void."""

    id: str
    digest: str
    by: str
    why: str
    at: Instant
    instead: OutcomeCorrection | None


@dataclass(frozen=True, slots=True)
class KeptOutcome:
    """An outcome as it is kept now. `letter` is the reference of a letter that is known, `customer` the token that the
    campaign is told."""

    id: str
    version: int
    void: bool
    erased: bool
    campaign: str | None
    letter: str | None
    customer: str | None
    arm: str | None
    outcome: OutcomeCode
    amount_pence: int | None
    on: Day


def corrected(kept: KeptOutcome, change: OutcomeChange) -> tuple[ChangedOutcome, OutcomeCorrected | None]:
    """Returns the answer to the change, and what is said of it: nothing where no campaign is known.

    Raises `Conflict` for an outcome that was erased or is void.
    """
    if kept.erased:
        raise Conflict("this outcome has been erased: it stays as it is")
    if kept.void:
        raise Conflict("this outcome is void: record a new one")
    now, version, void = change.instead, kept.version + 1, change.instead is None
    changed = ChangedOutcome(outcome=kept.id, version=version, void=void)
    if kept.campaign is None:
        return changed, None
    digits, generation = apart(kept.customer) if kept.customer else (None, 1)
    fact = OutcomeFact(
        id=kept.id,
        reference=kept.letter,
        customer=digits,
        generation=generation,
        arm=kept.arm,
        outcome=now.outcome if now else kept.outcome,
        amount_pence=now.amount_pence if now else kept.amount_pence,
        on=now.on if now else kept.on,
    )
    return changed, OutcomeCorrected(
        campaign=kept.campaign, fact=fact, version=version, void=void, corrected_at=change.at
    )
