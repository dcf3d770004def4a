"""A referral: a contact passed to a team, with what the team needs to know."""

from typing import Literal

from services.intake.referrals.details import Details
from services.intake.work_list import Note, Waiting
from shared.paging import Place
from shared.values import Code, Identifier, Instant, Value

State = Literal["raised", "accepted", "returned", "closed"]

BEFORE: dict[State, tuple[State, ...]] = {
    "raised": (),
    "accepted": ("raised",),
    "returned": ("raised", "accepted"),
    "closed": ("accepted",),
}
"""States by those that each can follow. A returned referral is raised anew, to another team."""
OPEN: tuple[State, ...] = ("raised", "accepted")
"""States in which the team has something to do."""


class Referral(Value):
    """A contact passed to a team, and why."""

    id: Identifier
    team: Code
    reason: Code


class ReferralStep(Value):
    """A change of state: the new state, who changed it and when."""

    state: State
    by: Code
    at: Instant
    why: Code | None = None


class WorkItem(Waiting):
    """A referral as the team that it is for sees it."""

    team: Code
    reason: Code
    state: State
    raised_at: Instant
    history: tuple[ReferralStep, ...] = ()
    details: Details
    notes: tuple[Note, ...] = ()

    @property
    def place(self) -> Place:
        """Position on the work list of its team: by the instant at which it was raised."""
        return self.raised_at, self.id
