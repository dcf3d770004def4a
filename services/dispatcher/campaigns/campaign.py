"""An approved campaign as dispatcher keeps it, and whether it may issue now."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from services.dispatcher.campaigns.capabilities import ChannelCapabilities
from shared.clock import LONDON
from shared.contracts import CampaignApproved, CampaignRefused
from shared.contracts.campaigns import AgentLetter, Arm, Letter
from shared.contracts.channels import MOST_REFUSALS, PlanProblem
from shared.customer_reference import CustomerReference, Kind
from shared.errors import Conflict, Invalid, NotYet, Problem
from shared.personalisation import AGENT_FIELDS, FIELDS, asks_for, unknown_fields
from shared.values import Value

RANDOMISED = (
    "the customers of this campaign are in their arms: keep the arms' codes, shares and controls, the seed and the "
    "kind of reference as they were, or begin a new campaign"
)
PLACES_NAMED = 10
"""Number of places that nobody can fill that one message names."""


class Status(StrEnum):
    """Permission to send communications: given only while `GO`. An approved campaign is `HELD` until it is launched."""

    HELD = "held"
    GO = "go"
    PAUSED = "paused"
    STOPPED = "stopped"


class PlannedWave(Value):
    """A wave as it turned out after allocation: its chunks, and when they were made due."""

    number: int
    on: date
    chunks: tuple[int, ...]
    communications: int
    started_at: datetime | None = None


class Decision(Value):
    """The latest decision about a campaign. `GO` is about the plan of version `plan_version` and later ones only."""

    status: Status = Status.HELD
    plan_version: int = 1
    lines_to_take: int | None = None
    daily_limit: int | None = None
    """The limit of communications a day while the campaign is slowed."""


class DispatchedCampaign(Value):
    """`number` is this campaign's place in all letter references; `waves` is empty until allocation.

    `plan` is the newest; `scheduled` is the version of the plan that `waves` follow. `known_by` is the kind of
    reference that the customers of its population have, once it has one.
    """

    reference: str
    number: int
    plan: CampaignApproved
    decision: Decision = Decision()
    load: str | None = None
    known_by: Kind | None = None
    waves: tuple[PlannedWave, ...] = ()
    scheduled: int | None = None
    completed_at: datetime | None = None

    @property
    def status(self) -> Status:
        return self.decision.status

    @property
    def may_issue(self) -> bool:
        """True once launched or resumed, and by a plan that was heard."""
        return self.status is Status.GO and self.plan.plan_version >= self.decision.plan_version

    @property
    def lines_to_take(self) -> int:
        """The version that a chunk taken in hand now is issued under: the latest published, or else the plan's."""
        version = self.decision.lines_to_take or self.plan.lines_to_take
        if version is None:
            raise NotYet(f"the lines to take of {self.reference} have not come yet")
        return version

    def customer(self, reference: str) -> CustomerReference:
        """Returns the customer that a reference of this campaign's population stands for."""
        return CustomerReference.known(self.known_by or self.plan.reference_kind, reference, self.given_by)

    @property
    def given_by(self) -> str:
        """The campaign whose own references its customers have: a correction writes to those of another one."""
        return self.plan.corrects.campaign if self.plan.corrects else self.reference

    def overdue(self, day: date) -> bool:
        """Returns whether a letter of that day would ask for an answer by a day that is not after it."""
        return self.plan.respond_by is not None and day >= self.plan.respond_by

    def wave_due(self, day: date) -> PlannedWave | None:
        """The next wave, if its day has come. At most one starts on each day: what a pause held up goes out a day's
        share a day, as the helplines were told, and not all at once."""
        if self.overdue(day) or any(
            wave.started_at and wave.started_at.astimezone(LONDON).date() >= day for wave in self.waves
        ):
            return None
        waiting = [wave for wave in self.waves if wave.started_at is None and wave.on <= day]
        return min(waiting, key=lambda wave: (wave.on, wave.number), default=None)

    @property
    def controls(self) -> frozenset[str]:
        """The codes of the arms that are never written to."""
        return frozenset(arm.code for arm in self.plan.arms if arm.control)

    def arm(self, code: str) -> Arm:
        return next(arm for arm in self.plan.arms if arm.code == code)

    @property
    def languages(self) -> frozenset[str]:
        """The languages that every arm which is written to can be read in."""
        letters = [{letter.language for letter in arm.letters} for arm in self.plan.arms if not arm.control]
        return frozenset(set.intersection(*letters))


class KnownCampaign(Value):
    """A campaign in a list: whether its population is loaded, and whether it corrects wrong letters of another."""

    reference: str
    title: str
    customers: int
    launch: date
    loaded: bool
    corrects: bool


def randomised_by(plan: CampaignApproved) -> str:
    """Returns all that decides who is in which arm: once customers are allocated, no later plan may differ in it."""
    arms = ",".join(f"{arm.code}:{arm.share}:{int(arm.control)}" for arm in plan.arms)
    corrects = f"|{plan.corrects.model_dump_json()}" if plan.corrects else ""
    return f"{plan.reference_kind}|{plan.allocation_seed}|{arms}{corrects}"


def expect_sound(plan: CampaignApproved, channels: Mapping[str, ChannelCapabilities]) -> None:
    """Raises `Invalid` for a plan that would fail at issue: an unknown channel, one that cannot do what the plan asks,
    no letter, or a place that nobody can fill."""
    problems = [
        problem
        for index, arm in enumerate(plan.arms)
        if not arm.control
        for problem in _arm_problems(f"arms.{index}", arm, channels)
    ]
    texts = [text for arm in plan.arms for letter in arm.letters for text in (letter, letter.agent)]
    if plan.respond_by is None and asks_for("respond_by", texts):
        problems.append(Problem("respond_by", "required", "a letter says by when to respond"))
    last = max((wave.on for wave in plan.waves), default=None)
    if plan.respond_by and last and plan.respond_by <= last:
        message = f"the last wave is on {last}: the day to respond by has to be after it"
        problems.append(Problem("respond_by", "before-the-last-wave", message))
    if problems:
        raise Invalid(f"{plan.campaign} cannot be issued as approved", *problems)


def refused(plan: CampaignApproved, why: Conflict | Invalid) -> CampaignRefused:
    """Returns the answer to a plan that cannot be issued, with each place and what can be done."""
    problems = why.problems or (Problem("arms", "randomised-already", RANDOMISED),)
    return CampaignRefused(
        campaign=plan.campaign,
        plan_version=plan.plan_version,
        problems=tuple(PlanProblem(field=p.field, rule=p.rule, message=p.message) for p in problems[:MOST_REFUSALS]),
        refused_at=plan.approved_at,
    )


def _arm_problems(field: str, arm: Arm, channels: Mapping[str, ChannelCapabilities]) -> list[Problem]:
    problems, copying = [], sorted(code for code, can in channels.items() if can.agent_copies)
    if arm.channel not in channels:
        known = f"the channels are {', '.join(sorted(channels))}"
        problems.append(Problem(f"{field}.channel", "unknown-channel", known))
    elif any(letter.agent for letter in arm.letters) and arm.channel not in copying:
        by = f"agents' copies go by {', '.join(copying)}, not by {arm.channel}"
        problems.append(Problem(f"{field}.channel", "no-agent-copies", by))
    languages = [letter.language for letter in arm.letters]
    if not languages or len(set(languages)) < len(languages):
        problems.append(Problem(f"{field}.letters", "one-for-each-language", "one letter for each language"))
    if len({letter.agent is None for letter in arm.letters}) > 1:
        problems.append(Problem(f"{field}.letters", "agent-in-each-language", "a text for agents in each language"))
    for place, letter in enumerate(arm.letters):
        problems += place_problems(f"{field}.letters.{place}", letter)
    return problems


def place_problems(field: str, letter: Letter) -> list[Problem]:
    """Returns a problem for each text of the letter that has places nobody can fill, naming the places."""
    texts: list[tuple[str, Letter | AgentLetter, frozenset[str]]] = [(field, letter, FIELDS)]
    if letter.agent:
        texts.append((f"{field}.agent", letter.agent, AGENT_FIELDS))
    found = [(where, unknown_fields(f"{text.subject}\n{text.body}", known), known) for where, text, known in texts]
    return [
        Problem(where, "unknown-field", f"{_some(unknown)}: the places to fill are {', '.join(sorted(known))}")
        for where, unknown, known in found
        if unknown
    ]


def _some(names: Sequence[str]) -> str:
    return ", ".join([*names[:PLACES_NAMED], *(["…"] if len(names) > PLACES_NAMED else [])])
