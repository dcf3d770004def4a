"""The plan that a designer writes. A draft may leave most of it open; `completeness` lists what is missing."""

from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from services.planner.evaluation.analysis_plan import Analysis
from services.planner.plan.contact_assumptions import ContactAssumptions, assumption_problems
from services.planner.plan.correction import Correction, shape_problems
from services.planner.plan.dates import AS_KEPT, Day
from services.planner.plan.response_handling import ContactRate, ResponseHandling, helpline_problems, rate_problems
from services.planner.plan.trial import Arm, OneLine, arm_problems, treated_share
from services.planner.plan.wave_size import Bounds, WaveSize, wave_problems
from shared.customers.reference import ReferenceKind
from shared.errors import Invalid, Problem
from shared.values import CampaignReference, Code, Count, Number, OfficialText, Value
from shared.working_days import holiday_name, is_working_day

LETTERS_PER_DAY = 20_000
"""The number of letters that a letter issuer prints a day, unless agreed otherwise."""
WAVES_AT_MOST = 260
"""The number of working days, a year of them, that a schedule may take."""
RESPOND_WITHIN_DAYS = 366
"""The days after the launch within which customers can be asked to respond."""
Text = Annotated[OfficialText, Field(min_length=1)]
CampaignType = Literal["highlighting-errors", "voluntary-disclosure", "deadline-reminder", "debt-reminder", "educating"]


class Group(Value):
    """Customers who share the behaviour and the reason for it. `could_grow_to`: their number, if it could grow."""

    code: Code
    description: Text
    customers: Count
    could_grow_to: Count | None = None


class Action(Value):
    """The action asked of customers. `asks_for_records` must be false: asking for records is opening a check."""

    asked_to: Text
    why: Text
    if_they_do: Text
    if_they_do_not: Text
    follow_up: OfficialText = ""
    asks_for_records: bool


class Evaluation(Value):
    """The way of finding out whether the campaign worked, decided before it starts."""

    method: Text
    success_measure: Text


class Milestone(Value):
    what: Text
    on: Day


class Briefed(Value):
    """A briefing in person: the day, and the person who gave it."""

    on: Day
    by: Code


class Plan(Value):
    """Everything that is agreed before a letter goes out. `customers` is the number expected to be in scope, `analysis`
    how a trial will be analysed: its seal goes into `campaign.approved`."""

    title: OneLine
    regime: Code
    directorate: Code = "default"
    risk: OfficialText = ""
    purpose: OfficialText = ""
    aim: Literal["promote", "prevent", "respond"] | None = None
    groups: Annotated[tuple[Group, ...], Field(max_length=20)] = ()
    customers: Annotated[int, Field(ge=1, le=100_000_000)] | None = None
    resource: OfficialText = ""
    campaign_type: CampaignType | None = None
    stream: Literal["upstream", "downstream"] | None = None
    """Upstream educates before anything is due; downstream is about what was done or left undone."""
    sent_through: Literal["direct", "intermediary", "agent", "third-party"] = "direct"
    small_test: Literal["pilot", "in-roll-out", "none"] | None = None
    """The test on few customers: before (`pilot`, see `earlier_campaigns`), within this roll-out, or none."""
    earlier_campaigns: Annotated[tuple[CampaignReference, ...], Field(max_length=20)] = ()
    terms_of_reference: OfficialText = ""
    corrects: Correction | None = None
    """The wrong letters that this campaign corrects: its customers are those who got them."""
    approach: Literal["trial", "established"] | None = None
    hypothesis: OfficialText = ""
    method: OfficialText = ""
    action: Action | None = None
    evaluation: Evaluation | None = None
    analysis: Analysis | None = None
    milestones: Annotated[tuple[Milestone, ...], Field(max_length=50)] = ()
    stakeholders: Annotated[tuple[Code, ...], Field(max_length=30)] = ()
    press_office_briefed: Briefed | None = None
    communications_briefed: Briefed | None = None
    short_notice: OfficialText = ""
    """The reason why teams hear later than they need to; without one, each has its least notice before the launch."""
    reference_kind: ReferenceKind = ReferenceKind.UTR
    contact_rate: ContactRate | None = None
    contact_assumptions: ContactAssumptions | None = None
    """Rates by arm and all else that a forecast by team is made of."""
    launch: Day | None = None
    respond_by: Day | None = None
    daily_limit: Number = LETTERS_PER_DAY
    schedule: Annotated[tuple[WaveSize, ...], Field(max_length=WAVES_AT_MOST)] = ()
    """The waves, where they are given by hand; without them, as many letters a day as `daily_limit` lets go out."""
    allocation_seed: Count | None = None
    arms: Annotated[tuple[Arm, ...], Field(max_length=20)] = ()
    responses: ResponseHandling | None = None

    @property
    def communications(self) -> int:
        """The number of communications that go out: to all customers outside control arms."""
        return round((self.customers or 0) * (treated_share(self.arms) if self.arms else 1))

    @property
    def contacts(self) -> int | None:
        """The number of contacts that are expected in all, by the rate of each arm; None without a rate."""
        if self.contact_rate is None:
            return None
        own = (
            {each.arm: each.rate.central for each in self.contact_assumptions.rates} if self.contact_assumptions else {}
        )
        arms = [(arm.share, own.get(arm.code, self.contact_rate.central)) for arm in self.arms if not arm.control]
        rate = sum(share * rate for share, rate in arms) / sum(share for share, _ in arms) if arms else 0
        return round(self.communications * (rate if own else self.contact_rate.central))

    @property
    def waves(self) -> int:
        """The number of working days on which communications go out."""
        return len(self.schedule) or max(1, -(-self.communications // self.daily_limit))

    @model_validator(mode="after")
    def _hangs_together(self, info: ValidationInfo) -> Self:
        if info.context == AS_KEPT:
            return self
        problems = [
            *arm_problems(self.arms),
            *rate_problems(self.contact_rate),
            *_date_problems(self),
            *_size_problems(self),
            *assumption_problems(self.contact_assumptions, self.arms, self.respond_by),
            *wave_problems(self.schedule, _bounds(self)),
            *shape_problems(self.corrects),
        ]
        problems += helpline_problems(self.responses)
        if len(set(self.stakeholders)) < len(self.stakeholders):
            problems.append(Problem("stakeholders", "unique", "a team is named twice"))
        if problems:
            raise Invalid("the plan does not hang together", *problems)
        return self


class Clone(Value):
    """The title of a plan that is begun from another one."""

    title: OneLine


def _bounds(plan: Plan) -> Bounds:
    known = plan.communications if plan.customers and plan.arms else None
    return Bounds(plan.launch, plan.respond_by, plan.daily_limit, known, WAVES_AT_MOST)


def _date_problems(plan: Plan) -> list[Problem]:
    problems = []
    if plan.launch and not is_working_day(plan.launch):
        day = holiday_name(plan.launch) or f"a {plan.launch:%A}"
        problem = f"the launch must be on a working day: {plan.launch:%d %B %Y} is {day}"
        problems.append(Problem("launch", "working-day", problem))
    if plan.launch and plan.respond_by and plan.respond_by <= plan.launch:
        problems.append(Problem("respond_by", "after-launch", "customers must answer after the launch"))
    if plan.launch and plan.respond_by and (plan.respond_by - plan.launch).days > RESPOND_WITHIN_DAYS:
        problem = f"customers are asked to respond within {RESPOND_WITHIN_DAYS} days of the launch"
        problems.append(Problem("respond_by", "too-late", problem))
    return problems


def _size_problems(plan: Plan) -> list[Problem]:
    problems = []
    if plan.customers is not None and plan.customers < len(plan.arms):
        problem = f"{plan.customers} customers cannot be allocated to {len(plan.arms)} arms: leave arms out"
        problems.append(Problem("customers", "fewer-than-arms", problem))
    if plan.waves > WAVES_AT_MOST:
        problem = (
            f"{plan.communications:,} communications at {plan.daily_limit:,} a day take {plan.waves:,} working days; "
            f"a schedule has at most {WAVES_AT_MOST}: raise daily_limit, or write to fewer customers"
        )
        problems.append(Problem("daily_limit", "too-many-days", problem))
    return problems
