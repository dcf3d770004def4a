"""A campaign as it stands: its plan, its state, and everything that was agreed about it so far."""

from typing import Annotated, Any

from pydantic import Field

from services.planner.agreement.clashes import ClashDecision, OtherCampaign
from services.planner.agreement.gates import Approval
from services.planner.agreement.sign_off import Acknowledgement, Current
from services.planner.assessment.answer import Answer, substance
from services.planner.evaluation.provenance import PublishedSeal, TrialDecision
from services.planner.forecast.policy import Steering
from services.planner.forecast.refits.proposal import RefitProposal
from services.planner.forecast.schedule.pace import Pace
from services.planner.help.requests import MOST_REQUESTS, HelpRequest
from services.planner.issuing.refusal import Refusal
from services.planner.lifecycle import State, Step
from services.planner.lines_to_take.words import LinesToTake
from services.planner.plan.aspects import Aspect, Seen, digest, seen
from services.planner.plan.plan import Plan
from shared.contracts.base import Generation
from shared.values import CampaignReference, Code, Count, Instant, Number, OfficialText, Value


class Change(Value):
    """One entry of the history: who did what, when and why. `about` is what it was done to; `detail` what was given."""

    step: Step
    by: Code
    at: Instant
    reason: OfficialText = ""
    about: Code | None = None
    detail: dict[str, Any] = Field(default_factory=dict)


class EarlierCampaign(Value):
    """The campaign that this one was cloned from, and its results."""

    campaign: CampaignReference
    issued: Count | None
    responses: dict[Code, Count]


class Campaign(Value):
    """A campaign. `version` counts every change; `plan_version` counts changes of the plan. `changes` are those of this
    version alone: the history keeps them all. `contributors` had a hand in the plan, and approve nothing of it.
    """

    reference: CampaignReference
    version: Number = 1
    plan_version: Number = 1
    told_since: Number = 1
    """The plan version in which a fact that teams are told last changed."""
    state: State = State.DRAFT
    submissions: Count = 0
    author: Code
    contributors: frozenset[Code]
    plan: Plan
    earlier: EarlierCampaign | None = None
    answers: dict[Code, Answer] = Field(default_factory=dict)
    approvals: dict[Code, Approval] = Field(default_factory=dict)
    published: LinesToTake | None = None
    proposed: LinesToTake | None = None
    """The version of the lines to take that waits for approval."""
    acknowledged: dict[Code, Acknowledgement] = Field(default_factory=dict)
    clash_decisions: dict[CampaignReference, ClashDecision] = Field(default_factory=dict)
    generation: Generation = 1
    """The index key that tokens of its customers are made with: the newest one when it was first approved."""
    announced: Number | None = None
    """The plan version that was last announced as approved."""
    known_from: Instant | None = None
    """The time at which the facts that teams are told were approved; None before the first approval."""
    help: Annotated[tuple[HelpRequest, ...], Field(max_length=MOST_REQUESTS)] = ()
    eligible: Count | None = None
    """The customers of the population who may be written to; None before it is loaded."""
    refused: Refusal | None = None
    """The latest refusal by dispatcher; it counts for the plan version that it names."""
    steering: Steering = Steering()
    seals: tuple[PublishedSeal, ...] = ()
    """The seals of the trial's plans, as they were said in approvals: one for each change of the analysis."""
    decision: TrialDecision | None = None
    """The decision about the trial at the close."""
    refits: tuple[RefitProposal, ...] = ()
    """The latest schedules that were proposed by what really came."""
    changes: tuple[Change, ...]

    @property
    def trial(self) -> bool:
        return self.plan.approach != "established"

    @property
    def lines_version(self) -> int | None:
        return self.published.version if self.published else None

    @property
    def pace(self) -> Pace:
        """How its communications go out now, once it is live."""
        return Pace(self.steering.daily_limit, paused=self.state is State.PAUSED)

    @property
    def current(self) -> Current:
        return Current(told_since=self.told_since, lines_to_take=self.lines_version)

    @property
    def seen(self) -> Seen:
        """The campaign as an approver sees it now: plan, answers, and decisions about clashes."""
        of_plan = seen(self.plan)
        clashes = {other: decision.substance for other, decision in sorted(self.clash_decisions.items())}
        return of_plan.model_copy(
            update={
                "digests": of_plan.digests | {Aspect.CLASHES: digest(clashes)},
                "answers": {question: digest(substance(answer)) for question, answer in self.answers.items()},
            }
        )

    @property
    def as_other_campaign(self) -> OtherCampaign:
        return OtherCampaign(
            reference=self.reference,
            title=self.plan.title,
            state=self.state,
            plan=self.plan,
            decisions=self.clash_decisions,
        )

    def with_changes(self, *changes: Change, **fields: Any) -> "Campaign":
        """Returns the next version."""
        return self.model_copy(update={"version": self.version + 1, "changes": changes, **fields})
