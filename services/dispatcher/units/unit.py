"""Units of a trial as events say them: who is allocated where, what became of them, and their outcomes."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.schedule.allocation import Place
from shared.clock import LONDON
from shared.contracts import OutcomeCorrected, OutcomesRecorded, UnitOutcomes, UnitsSettled
from shared.contracts.outcomes import OutcomeFact
from shared.contracts.trial_units import SettledUnit, UnitOutcome
from shared.customers.reference import CustomerReference

Token = Callable[[str, str], str]
"""Returns the unit that a customer's token is in a campaign."""
CustomerOf = Callable[[CustomerReference, int], str]
"""Returns the token of a generation that stands for a customer."""
Together = Callable[[str, str, int], str]
"""Returns what stands for those who are randomised as one in a campaign, whose units are of a generation."""


@dataclass(frozen=True, slots=True)
class DealtWith:
    """A customer of a chunk, by token, of whom is settled what they got, and when that was settled."""

    customer: str
    arm: str
    state: Literal["sent", "failed", "suppressed", "control"]
    at: datetime


def is_trial(campaign: DispatchedCampaign) -> bool:
    """Returns whether customers are randomised at all: to more than one arm."""
    return len(campaign.plan.arms) > 1


def together(place: Place) -> str:
    """Returns what stands for a place: those who were randomised as one have the same."""
    return f"place:{place.stratum}:{place.number}"


def settled(campaign: str, chunk: int, customers: Sequence[DealtWith], token: Token) -> UnitsSettled:
    """Returns what became of a chunk's units so far: of one or more."""
    units = [SettledUnit(unit=token(campaign, c.customer), state=c.state, arm=c.arm) for c in customers]
    first = min(customer.at for customer in customers)
    return UnitsSettled(
        campaign=campaign,
        chunk=chunk,
        on=first.astimezone(LONDON).date(),
        units=tuple(sorted(units, key=lambda unit: unit.unit)),
    )


def cause_of(said: UnitsSettled, at: datetime) -> str:
    """Returns the cause of the event: the same for the same words, another when more is known."""
    digest = hashlib.sha256(f"{at.isoformat()} {said.model_dump_json()}".encode()).hexdigest()
    return f"{said.campaign}:chunk:{said.chunk}:units:{digest}"


def outcomes_of(recorded: OutcomesRecorded, token: Token) -> UnitOutcomes | None:
    """Returns the outcomes by unit; None where no customer is known of any."""
    found = [_outcome(recorded.campaign, fact, token) for fact in recorded.facts]
    return _told(recorded.campaign, [outcome for outcome in found if outcome], recorded.recorded_at)


def correction_of(corrected: OutcomeCorrected, token: Token) -> UnitOutcomes | None:
    outcome = _outcome(corrected.campaign, corrected.fact, token, corrected.version, corrected.void)
    return _told(corrected.campaign, [outcome] if outcome else [], corrected.corrected_at)


def _outcome(
    campaign: str, fact: OutcomeFact, token: Token, version: int = 1, void: bool = False
) -> UnitOutcome | None:
    if fact.customer is None:
        return None
    return UnitOutcome(
        id=fact.id,
        version=version,
        unit=token(campaign, fact.customer),
        outcome=fact.outcome,
        amount_pence=fact.amount_pence,
        on=fact.on,
        void=void,
    )


def _told(campaign: str, outcomes: Sequence[UnitOutcome], at: datetime) -> UnitOutcomes | None:
    return UnitOutcomes(campaign=campaign, outcomes=tuple(outcomes), recorded_at=at) if outcomes else None
