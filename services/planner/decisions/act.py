"""The act behind every decision about a campaign: the person, the time and the reason."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from services.planner.campaign import Change
from services.planner.lifecycle import Step
from shared.errors import Invalid, Problem


@dataclass(frozen=True)
class Act:
    """One decision by one person. `at` is timezone-aware."""

    by: str
    at: datetime
    reason: str = ""

    def expect_reason(self) -> "Act":
        """Returns this act. Raises `Invalid` when it has no reason."""
        if not self.reason.strip():
            raise Invalid("a reason is needed", Problem("reason", "required", "say why"))
        return self

    def change(self, step: Step, about: str | None = None, given: BaseModel | None = None) -> Change:
        """Returns the entry for the history. `given`, the caller's input, is kept in full as its `detail`."""
        detail = given.model_dump(mode="json") if given else {}
        return Change(step=step, by=self.by, at=self.at, reason=self.reason, about=about, detail=detail)
