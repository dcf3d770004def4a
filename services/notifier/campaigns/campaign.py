"""A campaign as notifier knows it: its plan as it stands, and whether it runs."""

from collections.abc import Mapping
from datetime import date

from pydantic import Field

from services.notifier.campaigns.figures import figures_of
from services.notifier.rulebook.rules import Anchor
from shared.clock import LONDON
from shared.contracts import (
    AgreementChanged,
    CampaignAmended,
    CampaignApproved,
    CampaignResumed,
    CampaignSlowed,
    Contract,
    FiguresChanged,
    InformationAssigned,
    InformationVolunteered,
)
from shared.contracts.agreements import ConditionState, GateState, ReviewDue
from shared.values import Code, Count, Identifier, Instant, Number, Value
from shared.working_days import add_working_days

CUSTOMER_SERVICES, LETTER_ISSUER, DEBT = "customer-services", "letter-issuer", "debt-management"


class Known(Value):
    """A campaign's state. `course` is the last decision about it, named as its event is: `launched`, `paused`, …"""

    campaign: str
    approved: CampaignApproved | None = None
    amended: CampaignAmended | None = None
    agreement: AgreementChanged | None = None
    course: Code | None = None
    launched: bool = False
    started: frozenset[int] = frozenset()
    started_on: Mapping[int, date] = Field(default_factory=dict)
    """The days on which waves started, by number."""
    past_dates: Mapping[str, date] = Field(default_factory=dict)
    """Every date that a plan of the campaign ever had, by key, as it was last."""
    figures: FiguresChanged | None = None
    resumed: CampaignResumed | None = None
    slowed: CampaignSlowed | None = None
    """The last word about a limit of communications a day."""
    briefed_by: Mapping[str, Number] = Field(default_factory=dict)
    """The plan version by whose approval teams were told, by the version in which what they are told last changed."""
    excursions: frozenset[Identifier] = frozenset()
    """The excursions of contact volumes whose beginning was told."""
    decision_version: Count = 0
    changed_at: Instant | None = None

    @property
    def plan_version(self) -> Number:
        return max((plan.plan_version for plan in (self.approved, self.amended) if plan is not None), default=1)

    @property
    def changes(self) -> int:
        """Returns a number that grows with every plan, decision and wave."""
        versions = [said.version for said in (self.approved, self.amended, self.figures) if said is not None]
        return max((*versions, self.decision_version)) + len(self.started)

    @property
    def in_change(self) -> bool:
        """Returns whether the plan that was approved does not hold any more, and the next is not approved yet."""
        return self.amended is not None and self.amended.plan_version > (
            self.approved.plan_version if self.approved else 0
        )

    def teams_that_know(self, plan_version: int | None, lines_to_take: int | None) -> frozenset[str]:
        """Returns the teams that have acknowledged that plan and lines to take, or later ones, by planner's word."""
        agreement = self.agreement
        if agreement is None or plan_version is None:
            return frozenset()
        if (agreement.plan_version, agreement.lines_to_take or 0) < (plan_version, lines_to_take or 0):
            return frozenset()
        return frozenset(each.team for each in agreement.teams if each.knows)

    @property
    def teams_needed(self) -> frozenset[str]:
        """Returns the teams without whose word planner launches nothing; by the plan, until planner has said which."""
        if self.agreement is not None:
            return frozenset(each.team for each in self.agreement.teams if each.needed)
        if self.approved is None:
            return frozenset()
        by_plan = {LETTER_ISSUER: self.approved.letter_issuer_takes_calls, DEBT: self.approved.liability_expected}
        return frozenset({CUSTOMER_SERVICES, *(team for team, needed in by_plan.items() if needed)})

    @property
    def conditions_to_meet(self) -> tuple[ConditionState, ...]:
        """Returns the conditions of approvals that nobody has met yet."""
        return tuple(each for each in self.agreement.conditions if not each.met) if self.agreement else ()

    @property
    def expiring(self) -> tuple[GateState, ...]:
        """Returns the passed gates whose approval expires before the launch, the first to expire before the others."""
        gates = [each for each in self.agreement.gates if self._lapses(_day(each))] if self.agreement else []
        return tuple(sorted(gates, key=lambda each: str(each.expires_at)))

    @property
    def reviews(self) -> tuple[ReviewDue, ...]:
        """Returns the answers to be reviewed before the launch, the first due before the others."""
        due = [each for each in self.agreement.reviews if self._lapses(each.review_by)] if self.agreement else []
        return tuple(sorted(due, key=lambda each: each.review_by))

    def _lapses(self, day: date | None) -> bool:
        """Returns whether a day comes before the launch of a campaign that is not launched yet."""
        return day is not None and self.plan is not None and not self.launched and day <= self.plan.launch

    @property
    def unsettled(self) -> bool:
        """Returns whether the dates to come may still change: an amendment waits for its gates, or issuing is paused.

        Planner says an amendment that re-opens nothing, and a resumption, together with the approval of the same
        version.
        """
        if self.in_change and self.amended is not None:
            return bool(self.amended.reopened)
        approved = self.approved.version if self.approved else 0
        return self.course == "paused" and self.decision_version >= approved

    @property
    def over(self) -> bool:
        """Returns whether the campaign ended before its time."""
        return self.course in ("stopped", "rejected")

    @property
    def completed(self) -> bool:
        return self.course == "completed"

    @property
    def issuing(self) -> bool:
        """Returns whether waves are to go out on their days."""
        return self.launched and not self.over and self.course not in ("paused", "completed")

    @property
    def plan(self) -> CampaignApproved | None:
        """Returns the plan as it goes out: by the population, and by the days after a pause; None before the first
        approval.
        """
        plan = self._agreed
        said = [each for each in (self.figures, self.resumed) if each is not None]
        for each in sorted(said, key=lambda each: each.version):
            if plan is not None and each.plan_version == plan.plan_version:
                plan = plan.model_copy(update=figures_of(plan, each))
        return plan

    @property
    def _agreed(self) -> CampaignApproved | None:
        """Returns the approved plan with what was amended since."""
        if self.approved is None or self.amended is None or not self.in_change:
            return self.approved
        names = ("title", "launch", "respond_by", "waves", "customers", "plan_version")
        changes = {name: getattr(self.amended, name) for name in names}
        if self.amended.expected_contacts:
            changes["expected_contacts"] = self.amended.expected_contacts
        return self.approved.model_copy(update=changes)


def agreement_anchor(known: Known, which: Anchor) -> date | None:
    """Returns the first day on which something that was agreed lapses; None where nothing does."""
    if which is Anchor.GATE_EXPIRY and known.expiring:
        return _day(known.expiring[0])
    return known.reviews[0].review_by if which is Anchor.REVIEW and known.reviews else None


def _day(gate: GateState) -> date | None:
    return gate.expires_at.astimezone(LONDON).date() if gate.expires_at else None


def anchor(plan: CampaignApproved, which: Anchor) -> date | None:
    """Returns a date of the plan; None where the plan has none."""
    match which:
        case Anchor.LAUNCH:
            return plan.launch
        case Anchor.RESPOND_BY:
            return plan.respond_by
        case Anchor.LAST_WAVE:
            return max((wave.on for wave in plan.waves), default=None)
        case _:
            return None


def deadline(data: Contract, known: Known) -> str | None:
    """Returns the day by which volunteered information must be taken up, by intake's word or the campaign's plan."""
    if isinstance(data, InformationAssigned):
        return data.due.isoformat()
    if not isinstance(data, InformationVolunteered) or known.approved is None or known.approved.volunteered is None:
        return None
    received = data.received_at.astimezone(LONDON).date()
    return add_working_days(received, known.approved.volunteered.working_days).isoformat()
