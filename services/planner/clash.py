"""Other campaigns that reach the same customers in the same weeks."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Literal

from services.planner.forecast.schedule import last_day
from services.planner.lifecycle import ENDED, State
from services.planner.plan import Plan
from shared.errors import Problem
from shared.values import CampaignReference, Code, Instant, OfficialText, Title, Value

QUIET_WEEKS = timedelta(weeks=4)
"""For so long after its last letter a campaign is still answered, where it sets no date to respond by."""


class Other(Value):
    """Another campaign, as far as a clash with it goes."""

    reference: CampaignReference
    title: Title
    state: State
    plan: Plan


class Clash(Value):
    """`groups` are those that both reach; empty where one of them names none, and may reach anybody."""

    campaign: CampaignReference
    title: Title
    state: State
    groups: tuple[Code, ...]
    begins: date
    ends: date


class ClashDecision(Value):
    """What somebody decided about a clash, and what the clash was then."""

    decision: Literal["go-ahead", "reschedule", "merge", "leave-out-customers"]
    reason: OfficialText
    by: Code
    at: Instant
    clash: Clash


def clashes(reference: str, plan: Plan, others: Iterable[Other]) -> tuple[Clash, ...]:
    """Campaigns for the same regime that have not ended, reach a common group, and overlap in time."""
    found = [_clash(plan, other) for other in others if other.reference != reference and other.state not in ENDED]
    return tuple(clash for clash in found if clash)


def clash_problems(found: Iterable[Clash], decisions: Mapping[str, ClashDecision]) -> list[Problem]:
    """Clashes about which nothing is decided, or about which it was decided when they were something else."""
    return [
        Problem(f"clashes.{clash.campaign}", "decided", f"decide what to do about {clash.title}")
        for clash in found
        if clash.campaign not in decisions or not _same(decisions[clash.campaign].clash, clash)
    ]


def weeks(plan: Plan) -> tuple[date, date] | None:
    """From the launch to the date to respond by, or four weeks after the last letter."""
    if plan.launch is None:
        return None
    return plan.launch, plan.respond_by or last_day(plan) + QUIET_WEEKS


def _clash(plan: Plan, other: Other) -> Clash | None:
    mine, theirs = weeks(plan), weeks(other.plan)
    if plan.regime != other.plan.regime or mine is None or theirs is None:
        return None
    begins, ends = max(mine[0], theirs[0]), min(mine[1], theirs[1])
    my_groups, their_groups = ({group.code for group in p.groups} for p in (plan, other.plan))
    common = my_groups & their_groups
    if begins > ends or (my_groups and their_groups and not common):
        return None
    return Clash(
        campaign=other.reference,
        title=other.title,
        state=other.state,
        groups=tuple(sorted(common)),
        begins=begins,
        ends=ends,
    )


def _same(one: Clash, other: Clash) -> bool:
    """The state and title of the other campaign may change; whom and when it reaches may not."""
    return (one.groups, one.begins, one.ends) == (other.groups, other.begins, other.ends)
