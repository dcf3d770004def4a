"""Who acts, when and why; the same for every decision about a campaign."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from services.planner.campaign import Change
from services.planner.lifecycle import Step
from shared.errors import Invalid, Problem


@dataclass(frozen=True)
class Act:
    """`at` is timezone-aware."""

    by: str
    at: datetime
    reason: str = ""

    def expect_reason(self) -> "Act":
        """Raises `Invalid` where there is none."""
        if not self.reason.strip():
            raise Invalid("a reason is needed", Problem("reason", "required", "say why"))
        return self

    def change(self, step: Step, about: str | None = None, given: BaseModel | None = None) -> Change:
        """The entry of the history. `given` is kept with it as it is."""
        detail = given.model_dump(mode="json") if given else {}
        return Change(step=step, by=self.by, at=self.at, reason=self.reason, about=about, detail=detail)
