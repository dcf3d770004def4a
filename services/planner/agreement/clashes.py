"""Clashes: other campaigns that reach the same customers in the same weeks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from services.planner.forecast.schedule.schedule import last_day
from services.planner.lifecycle import ENDED, State
from services.planner.plan.plan import Plan
from shared.errors import Problem
from shared.values import CampaignReference, Code, Instant, OfficialText, Title, Value

ANSWERED_FOR = timedelta(weeks=4)
"""The time for which customers go on answering after the last letter, where the plan sets no date to respond by."""


class Clash(Value):
    """A clash from `begins` to `ends`. `groups` are reached by both campaigns; empty when one of them names none."""

    campaign: CampaignReference
    title: Title
    state: State
    groups: tuple[Code, ...]
    begins: date
    ends: date


ClashChoice = Literal["go-ahead", "reschedule", "merge", "leave-out-customers"]


TO_END: Mapping[ClashChoice, str] = {
    "reschedule": "change the dates of one of the two campaigns so that they no longer meet, or decide again",
    "merge": "reject one of the two campaigns and write to its customers in the other, or decide again",
}
"""The decisions that end a clash, and how: until then they hold both campaigns back."""


class ClashDecision(Value):
    """A decision about a clash, with the clash as it was at the time."""

    decision: ClashChoice
    reason: OfficialText
    by: Code
    at: Instant
    clash: Clash

    @property
    def substance(self) -> list[str]:
        """The decision, and the groups and dates that it is about."""
        return [self.decision, *self.clash.groups, self.clash.begins.isoformat(), self.clash.ends.isoformat()]


@dataclass(frozen=True)
class OtherCampaign:
    """Another campaign, with the facts that decide whether it clashes. Its plan was accepted when it was kept, and is
    not validated again: nothing in it may refuse a call about this campaign.
    """

    reference: str
    title: str
    state: State
    plan: Plan
    decisions: Mapping[str, ClashDecision] = field(default_factory=dict)


def clashes(reference: str, plan: Plan, others: Iterable[OtherCampaign]) -> tuple[Clash, ...]:
    """Returns the campaigns for the same regime that have not ended, reach a common group, and overlap in time. A
    correction and what it corrects are meant to reach the same customers.
    """
    found = [
        _clash(plan, other)
        for other in others
        if other.reference != reference and other.state not in ENDED and not _corrected(reference, plan, other)
    ]
    return tuple(clash for clash in found if clash)


def clash_problems(
    reference: str, plan: Plan, others: Sequence[OtherCampaign], decisions: Mapping[str, ClashDecision]
) -> list[Problem]:
    """Returns a problem for each clash without a decision about its present groups and dates, and for each that either
    campaign decided to end and that is still there. A clash with a draft warns only: see `clashes`.
    """
    theirs = {other.reference: other.decisions.get(reference) for other in others}
    problems = []
    for clash in clashes(reference, plan, others):
        if clash.state is not State.DRAFT:
            problems += _problems(clash, decisions.get(clash.campaign), theirs[clash.campaign])
    return problems


def holds(decision: ClashDecision | None, clash: Clash) -> bool:
    """Returns whether a decision is about the groups and dates of the clash as it is now."""
    return decision is not None and _same(decision.clash, clash)


def _problems(clash: Clash, mine: ClashDecision | None, theirs: ClashDecision | None) -> list[Problem]:
    place = f"clashes.{clash.campaign}"
    problems = []
    if not holds(mine, clash):
        problems.append(Problem(place, "decided", f"decide what to do about {clash.title}"))
    for decision in (mine, theirs):
        if decision is not None and holds(decision, clash) and decision.decision in TO_END:
            told = f"it was decided to {decision.decision}: {TO_END[decision.decision]}"
            return [*problems, Problem(place, decision.decision, told)]
    return problems


def weeks(plan: Plan) -> tuple[date, date] | None:
    """Returns the first and the last day of a campaign: its launch, and its date to respond by or four weeks after its
    last letter.
    """
    if plan.launch is None:
        return None
    last = last_day(plan)
    return plan.launch, plan.respond_by or min(last, date.max - ANSWERED_FOR) + ANSWERED_FOR


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


def _corrected(reference: str, plan: Plan, other: OtherCampaign) -> bool:
    mine, theirs = plan.corrects, other.plan.corrects
    return bool((mine and mine.campaign == other.reference) or (theirs and theirs.campaign == reference))


def _same(one: Clash, other: Clash) -> bool:
    """Returns whether groups and dates are the same. The other campaign's state and title may differ."""
    return (one.groups, one.begins, one.ends) == (other.groups, other.begins, other.ends)
