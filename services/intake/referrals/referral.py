"""A referral: a contact passed to a team, with what the team needs to know."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.intake.work_list import Waiting
from shared.errors import Conflict
from shared.paging import Place
from shared.values import Code, Identifier, Instant, Value

State = Literal["raised", "accepted", "returned", "closed"]
ShortText = Annotated[str, StringConstraints(max_length=1_000)]
Pence = Annotated[int, Field(strict=True, ge=0, le=10**13)]

BEFORE: dict[State, tuple[State, ...]] = {
    "raised": (),
    "accepted": ("raised",),
    "returned": ("raised", "accepted"),
    "closed": ("accepted",),
}
"""From a state to those it can follow. What is returned is raised anew, to another team."""
OPEN: tuple[State, ...] = ("raised", "accepted")
"""While it is so, the team has something to do."""


class Details(Value):
    """What the team needs: debt management the first three, extra support the fourth, everybody the last."""

    expected_liability_pence: Pence | None = Field(None, repr=False)
    time_to_pay: bool | None = Field(None, repr=False)
    special_treatment: ShortText | None = Field(None, repr=False)
    support_offered: ShortText | None = Field(None, repr=False)
    message: ShortText | None = Field(None, repr=False)


class Referral(Value):
    """A contact passed to a team, and why."""

    id: Identifier
    team: Code
    reason: Code


class ReferralStep(Value):
    """A change of state: to which, by whom and when."""

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

    @property
    def place(self) -> Place:
        """On the work list of its team: what was raised first is first."""
        return self.raised_at, self.id


def expect_step(state: str, wanted: State) -> None:
    """Raises `Conflict` for a step that cannot be taken from here."""
    if state not in BEFORE[wanted]:
        raise Conflict(f"what is {state} cannot be {wanted}; it must be {' or '.join(BEFORE[wanted])} first")
