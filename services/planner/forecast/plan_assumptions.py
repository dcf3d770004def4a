"""The assumptions of a forecast as a plan has them: what it says, and the usual where it says nothing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from math import ceil

from services.planner.forecast.assumptions import ArmAssumption, Assumptions, Committed
from services.planner.forecast.helplines.capacity import TeamCapacity
from services.planner.plan.contact_assumptions import ContactAssumptions, Taker
from services.planner.plan.plan import Plan
from services.planner.plan.rate import Rate
from services.planner.plan.trial import Arm, treated_share
from services.planner.plan.wave_size import WaveSize
from shared.errors import Invalid, Problem

SOURCE = "the plan's one contact rate, without a source of its own"
CUSTOMER_SERVICES = "customer-services"
EVERY_REASON = "any"
HUNDRED_PERCENT = 100


def plan_problems(plan: Plan) -> Iterator[Problem]:
    """Yields what a plan has to say before anything can be forecast."""
    if not plan.customers:
        yield Problem("customers", "somebody", "nobody would be written to: say how many customers are in scope")
    if not plan.arms:
        yield Problem("arms", "required", "say who is sent what")
    if plan.contact_rate is None and not (plan.contact_assumptions and plan.contact_assumptions.rates):
        yield Problem("contact_rate", "required", "say how many get in touch: low, central and high")
    if plan.launch is None:
        yield Problem("launch", "required", "say when the first letters go out")


def plan_assumptions(
    plan: Plan,
    waves: Sequence[WaveSize],
    first_day: date | None = None,
    letters: int | None = None,
    teams: Sequence[TeamCapacity] = (),
    committed: Sequence[Committed] = (),
) -> Assumptions:
    """Returns the assumptions for `waves` of a plan, or for `letters` whose schedule is open. Raises `Invalid` with all
    that the plan leaves open.
    """
    if problems := list(plan_problems(plan)):
        raise Invalid("the plan does not say enough for a forecast", *problems)
    said = plan.contact_assumptions or ContactAssumptions()
    first = min([wave.on for wave in waves] + [day for day in (first_day or plan.launch,) if day])
    needed = max(sum(wave.size for wave in waves), plan.communications if letters is None else letters)
    respond_by = plan.respond_by if plan.respond_by and plan.respond_by > first else None
    pattern = said.model_dump(include={"curve", "closed", "redial", "day_noise"} | ({"bump"} if respond_by else set()))
    return Assumptions(
        **pattern,
        customers=ceil(needed / treated_share(plan.arms)) + len(plan.arms),
        first_day=first,
        respond_by=respond_by,
        arms=tuple(_arm(plan, arm) for arm in plan.arms),
        waves=tuple(waves),
        takers=said.takers or _takers(plan),
        teams=tuple(teams),
        committed=tuple(committed),
    )


def unsourced(plan: Plan) -> bool:
    """Returns whether the plan gives one contact rate for all arms, without saying where it comes from."""
    return not (plan.contact_assumptions and plan.contact_assumptions.rates)


def teams_of(plan: Plan) -> tuple[str, ...]:
    """Returns the teams that take the contacts of a plan."""
    said = plan.contact_assumptions or ContactAssumptions()
    return tuple(dict.fromkeys(taker.team for taker in said.takers or _takers(plan)))


def added(*commitments: Mapping[tuple[str, date], float]) -> tuple[Committed, ...]:
    """Returns the contacts that several campaigns bring to each team, by day, rounded up."""
    sums: dict[tuple[str, date], float] = {}
    for each in commitments:
        for key, contacts in each.items():
            sums[key] = sums.get(key, 0.0) + contacts
    return tuple(
        Committed(team=team, on=on, contacts=ceil(round(contacts, 3)))
        for (team, on), contacts in sorted(sums.items())
        if ceil(round(contacts, 3))
    )


def _arm(plan: Plan, arm: Arm) -> ArmAssumption:
    said = {each.arm: each for each in plan.contact_assumptions.rates} if plan.contact_assumptions else {}
    own, rate = said.get(arm.code), None
    if own is not None:
        rate = own.rate
    elif plan.contact_rate is not None:
        rate = Rate(**plan.contact_rate.model_dump(), source=SOURCE)
    return ArmAssumption(
        code=arm.code,
        control=arm.control,
        share=arm.share,
        channel=arm.channel or "print",
        post=own.post if own else "second",
        rate=None if arm.control else rate,
    )


def _takers(plan: Plan) -> tuple[Taker, ...]:
    """The helplines by their percentages; customer services where the plan names none."""
    helplines = plan.responses.helplines if plan.responses else ()
    shares = {each.code: each.percent / HUNDRED_PERCENT for each in helplines} or {CUSTOMER_SERVICES: 1.0}
    return tuple(Taker(reason=EVERY_REASON, team=team, share=share) for team, share in shares.items())
