"""Figures as they really are, held against those that were agreed: the population, and the days of the waves."""

from collections.abc import Sequence
from datetime import date

from services.planner.agreement.gates import Directorate
from services.planner.forecast.schedule.going_out import working_days_late
from services.planner.lifecycle import State
from services.planner.plan.plan import Plan
from shared.contracts import WaveStarted
from shared.errors import Problem


def apart(planned: int | None, eligible: int | None) -> float:
    """Returns by which share of the planned customers the population differs; 0 while either is not known."""
    return abs(eligible - planned) / planned if planned and eligible is not None else 0.0


def population_problems(plan: Plan, eligible: int | None, directorate: Directorate) -> list[Problem]:
    if apart(plan.customers, eligible) <= directorate.size_tolerance:
        return []
    told = f"{eligible:,} customers of the population may be written to, and the plan says {plan.customers:,}"
    most = max(1, len(plan.arms))
    do = "amend it" if eligible is None or eligible >= most else f"load one of {most} or more, or end the campaign"
    return [Problem("customers", "as-loaded", f"{told}: {do}")]


def late_problems(
    plan: Plan, state: State, started: Sequence[WaveStarted], directorate: Directorate, today: date
) -> list[Problem]:
    """Returns a problem where a pause has delayed the waves by more than the teams were told."""
    late = working_days_late(plan, started, today) if state is State.PAUSED else 0
    if late <= directorate.late_days:
        return []
    told = (
        f"the next wave would come {late} working days later than agreed, and {directorate.late_days} are no matter: "
        "amend the plan's schedule, by hand or by a proposal of planner (propose-refit), and the teams are asked again"
    )
    return [Problem("schedule", "late", told)]
