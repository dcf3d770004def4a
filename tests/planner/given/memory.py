"""Memory of what people did to a campaign, and of what a launch must have, without asking the code that decides."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from deploy.local.demo import plan as demo
from services.planner.agreement.clashes import OtherCampaign
from services.planner.campaign import Campaign
from services.planner.lifecycle import State
from services.planner.plan.plan import Plan
from services.planner.readiness import Circumstances
from shared.working_days import add_working_days
from tests.planner.given.plans import AUTHOR, DESIGNED, GATES, RULES, TEAMS
from tests.planner.given.variants import BEARS_ON, PLANS, SIZED, WATCHED

CLASHING = OtherCampaign(reference="OTM-26-0007", title="Another", state=State.APPROVED, plan=PLANS[0])
Decision = Literal["go-ahead", "reschedule"]
NOTICE_WORKING_DAYS = 10


@dataclass
class Passed:
    """A gate as it was passed: by whom, when, and what they saw."""

    by: str
    at: datetime
    plan: Plan
    answers: dict[str, str]
    decided: Decision | None


@dataclass
class Memory:
    """A campaign, and what people did to it as they themselves would tell it."""

    campaign: Campaign
    now: datetime = DESIGNED
    clash: bool = False
    wrote: set[str] = field(default_factory=lambda: {AUTHOR})
    passed: dict[str, Passed] = field(default_factory=dict)
    reviews: dict[str, date] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    customers_answered: int = 0
    lines: int | None = None
    knows: dict[str, tuple[Plan, int | None, str]] = field(default_factory=dict)
    decided: Decision | None = None
    approved: tuple[Any, datetime] | None = None

    @property
    def circumstances(self) -> Circumstances:
        return Circumstances(RULES, [CLASHING] if self.clash else [])

    @property
    def clashes(self) -> bool:
        return self.clash and self.campaign.plan.launch != date(2026, 12, 7)

    def note_approval(self) -> None:
        """Remembers since when the facts that teams are told have been approved as they are."""
        told = _told(self.campaign.plan)
        if self.campaign.state is State.APPROVED and (self.approved is None or self.approved[0] != told):
            self.approved = (told, self.now)

    def expect_noticed(self) -> None:
        assert self.approved is not None
        told, since = self.approved
        assert told == _told(self.campaign.plan)
        assert (self.campaign.plan.launch or date.min) >= add_working_days(since.date(), NOTICE_WORKING_DAYS)

    def expect_earned(self) -> None:
        plan_now = self.campaign.plan
        for gate in GATES:
            self._expect_passed(gate)
        assert len({passed.by for passed in self.passed.values()}) == len(GATES)
        today = self.now.date()
        assert set(self.reviews) == set(demo.ANSWERS)
        assert all(review >= today for review in self.reviews.values()), "an answer is stale"
        assert self.lines is not None, "there are no approved lines to take"
        for team in TEAMS:
            told, lines, by = self.knows[team]
            assert lines == self.lines, f"{team} does not know the lines to take"
            assert _told(told) == _told(plan_now), f"{team} was told something else"
            assert by not in self.wrote, f"{team} knows by somebody who wrote the plan"
        assert plan_now.responses is not None
        assert plan_now.responses.volunteered is not None, "nobody owns what is volunteered"
        assert self.decided or not self.clashes
        assert self.decided != "reschedule" or not self.clashes, "the dates are still those of the clash"

    def _expect_passed(self, gate: str) -> None:
        plan_now, passed = self.campaign.plan, self.passed[gate]
        assert passed.by not in self.wrote, f"{gate} was passed by somebody who wrote the plan"
        assert self.now < passed.at + timedelta(days=180), f"{gate} has expired"
        assert WATCHED[gate](passed.plan) == WATCHED[gate](plan_now), f"{gate} was passed for something else"
        if gate in SIZED:
            seen, now = passed.plan.customers or 0, plan_now.customers or 0
            assert abs(now - seen) <= 0.1 * seen, f"{gate} was passed for another size"
        for question in BEARS_ON[gate]:
            assert passed.answers[question] == self.answers[question], f"{gate} was passed for another answer"
        if gate in ("strategy-unit", "senior-agreement"):
            assert passed.decided == self.decided, f"{gate} did not see what was decided about the clash"


def _told(plan: Plan) -> tuple[Any, ...]:
    return plan.launch, plan.customers, plan.arms, plan.responses
