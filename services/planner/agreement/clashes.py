"""Clashes: other campaigns that reach the same customers in the same weeks."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Literal

from services.planner.forecast.schedule import last_day
from services.planner.lifecycle import ENDED, State
from services.planner.plan.plan import Plan
from shared.errors import Problem
from shared.values import CampaignReference, Code, Instant, OfficialText, Title, Value

ANSWERED_FOR = timedelta(weeks=4)
"""The time for which customers go on answering after the last letter, where the plan sets no date to respond by."""


class OtherCampaign(Value):
    """Another campaign, with the facts that decide whether it clashes."""

    reference: CampaignReference
    title: Title
    state: State
    plan: Plan


class Clash(Value):
    """A clash from `begins` to `ends`. `groups` are reached by both campaigns; empty when one of them names none."""

    campaign: CampaignReference
    title: Title
    state: State
    groups: tuple[Code, ...]
    begins: date
    ends: date


ClashChoice = Literal["go-ahead", "reschedule", "merge", "leave-out-customers"]


class ClashDecision(Value):
    """A decision about a clash, with the clash as it was at the time."""

    decision: ClashChoice
    reason: OfficialText
    by: Code
    at: Instant
    clash: Clash


def clashes(reference: str, plan: Plan, others: Iterable[OtherCampaign]) -> tuple[Clash, ...]:
    """Returns the campaigns for the same regime that have not ended, reach a common group, and overlap in time."""
    found = [_clash(plan, other) for other in others if other.reference != reference and other.state not in ENDED]
    return tuple(clash for clash in found if clash)


def clash_problems(found: Iterable[Clash], decisions: Mapping[str, ClashDecision]) -> list[Problem]:
    """Returns a problem for each clash without a decision about its present groups and dates."""
    return [
        Problem(f"clashes.{clash.campaign}", "decided", f"decide what to do about {clash.title}")
        for clash in found
        if clash.campaign not in decisions or not _same(decisions[clash.campaign].clash, clash)
    ]


def weeks(plan: Plan) -> tuple[date, date] | None:
    """Returns the first and the last day of a campaign: its launch, and its date to respond by or four weeks after its
    last letter.
    """
    if plan.launch is None:
        return None
    return plan.launch, plan.respond_by or last_day(plan) + ANSWERED_FOR


def _clash(plan: Plan, other: OtherCampaign) -> Clash | None:
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
    """Returns whether groups and dates are the same. The other campaign's state and title may differ."""
    return (one.groups, one.begins, one.ends) == (other.groups, other.begins, other.ends)
