"""An approved campaign as dispatcher keeps it, and whether it may issue now."""

from datetime import date, datetime
from enum import StrEnum

from shared.clock import LONDON
from shared.contracts import CampaignApproved
from shared.contracts.campaigns import Arm
from shared.customers.reference import CustomerReference, Kind
from shared.errors import NotYet
from shared.values import Value


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
    """Returns all that decides who is in which arm, and by which token: once customers are allocated, no later plan may
    differ in it."""
    arms = ",".join(f"{arm.code}:{arm.share}:{int(arm.control)}" for arm in plan.arms)
    corrects = f"|{plan.corrects.model_dump_json()}" if plan.corrects else ""
    generation = f"|index key {plan.generation}" if plan.generation > 1 else ""
    return f"{plan.reference_kind}|{plan.allocation_seed}|{arms}{corrects}{generation}"
