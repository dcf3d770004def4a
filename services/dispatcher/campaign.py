"""What dispatcher keeps of an approved campaign, and whether it may issue now."""

from datetime import date, datetime
from enum import StrEnum

from shared.contracts import CampaignApproved
from shared.contracts.campaigns import Arm
from shared.values import Value


class Status(StrEnum):
    """Whether communications may go out: only while `GO`."""

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


class DispatchedCampaign(Value):
    """`number` is this campaign's place in all letter references; `waves` is empty until allocation."""

    reference: str
    number: int
    plan: CampaignApproved
    status: Status = Status.GO
    load: str | None = None
    waves: tuple[PlannedWave, ...] = ()
    completed_at: datetime | None = None

    def arm(self, code: str) -> Arm:
        return next(arm for arm in self.plan.arms if arm.code == code)

    @property
    def languages(self) -> frozenset[str]:
        """The languages that every arm which is written to can be read in."""
        letters = [{letter.language for letter in arm.letters} for arm in self.plan.arms if not arm.control]
        return frozenset(set.intersection(*letters))
