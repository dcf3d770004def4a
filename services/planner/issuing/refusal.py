"""Refusal of an approved plan by dispatcher: it stands until the plan is another, or dispatcher can do more."""

from services.planner.plan.plan import Plan
from shared.contracts import CampaignRefused, ChannelsOffered, PopulationLoaded
from shared.contracts.channels import PlanProblem
from shared.errors import Problem
from shared.values import Instant, Number, Value

RANDOMISED = "randomised-already"
OF_CHANNELS = frozenset({"unknown-channel", "no-agent-copies"})
"""The rules that further channels may satisfy."""


class Refusal(Value):
    """The plan version that cannot be issued, and why."""

    plan_version: Number
    problems: tuple[PlanProblem, ...]
    at: Instant

    @classmethod
    def of(cls, refused: CampaignRefused) -> "Refusal":
        return cls(plan_version=refused.plan_version, problems=refused.problems, at=refused.refused_at)

    def stands(self, plan_version: int, offered: ChannelsOffered | None) -> bool:
        """Returns whether it still stands against the present plan: one that dispatcher refused for its channels alone
        is tried again once it offers others.
        """
        if self.plan_version != plan_version:
            return False
        of_channels = {problem.rule for problem in self.problems} <= OF_CHANNELS
        return not (of_channels and offered is not None and offered.offered_at > self.at)


def refusal_problems(refusal: Refusal | None, plan_version: int, offered: ChannelsOffered | None) -> list[Problem]:
    if refusal is None or not refusal.stands(plan_version, offered):
        return []
    return [
        Problem(f"dispatch.{problem.field}", problem.rule, f"dispatcher refused the plan: {problem.message}")
        for problem in refusal.problems
    ]


def allocation_problems(
    before: Plan, now: Plan, population: PopulationLoaded | None, refusal: Refusal | None
) -> list[Problem]:
    """Returns the fields by which customers were put into arms and that a new plan changes, once the population is
    loaded. Where dispatcher has refused the plan for that very reason, they may be changed back.
    """
    if population is None or (refusal and any(problem.rule == RANDOMISED for problem in refusal.problems)):
        return []
    kept = "the customers are in their arms: keep it as it was, or reject this campaign and begin another"
    different = {
        "arms": _arms(before) != _arms(now),
        "allocation_seed": before.allocation_seed != now.allocation_seed,
        "reference_kind": before.reference_kind != now.reference_kind,
        "corrects": before.corrects != now.corrects,
    }
    return [Problem(field, RANDOMISED, kept) for field, differs in different.items() if differs]


def _arms(plan: Plan) -> list[tuple[str, int, bool]]:
    return [(arm.code, arm.share, arm.control) for arm in plan.arms]
