"""The team that deals with a disclosure, and the day by which it does."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from shared.clock import LONDON
from shared.contracts import InformationAssigned
from shared.contracts.campaigns import VolunteeredProcess
from shared.working_days import add_working_days

DEFAULT_PROCESS = VolunteeredProcess(owner="disclosure-team", working_days=10)
"""The process for an unknown letter, and for a campaign that has agreed on no other."""


def received_on(received_at: datetime) -> date:
    """Returns the day in London on which the disclosure came."""
    return received_at.astimezone(LONDON).date()


def due_on(received_at: datetime, process: VolunteeredProcess) -> date:
    """Returns the last day on which dealing with it is in time."""
    return add_working_days(received_on(received_at), process.working_days)


@dataclass(frozen=True, slots=True)
class AssignedDisclosure:
    """A disclosure with the team that deals with it (`owner`) and the last day in time (`due`).

    `provisional`: its campaign's own process is not known yet, and it goes by the default one.
    """

    id: str
    contact: str
    version: int
    campaign: str | None
    arm: str | None
    kind: str
    state: str
    received_at: datetime
    owner: str
    due: date
    working_days: int
    provisional: bool

    def of(self, campaign: str | None, arm: str | None, received_at: datetime) -> Self:
        """Returns it as its contact says now: of which campaign and arm, and when it came."""
        return replace(self, campaign=campaign, arm=arm, received_at=received_at)

    def dealt_with_by(self, process: VolunteeredProcess | None) -> Self:
        """Returns it by another process; None is the default one, until the campaign's own is known.

        A disclosure that was passed on by hand stays with that team, and a resolved one as it was.
        """
        by = process or DEFAULT_PROCESS
        changed = replace(self, working_days=by.working_days, provisional=process is None)
        if self.state == "resolved":
            return changed
        owner = self.owner if self.state == "routed" else by.owner
        return replace(changed, owner=owner, due=due_on(self.received_at, by))

    def announced_after(self, before: "AssignedDisclosure") -> Self:
        """Returns it with the next version where something that is announced has changed since `before`."""
        return replace(self, version=before.version + (self._announced != before._announced))

    @property
    def _announced(self) -> tuple[object, ...]:
        return (self.campaign, self.arm, self.owner, self.due, received_on(self.received_at))


def assigned(disclosure: AssignedDisclosure, at: datetime) -> InformationAssigned:
    """Returns the event that tells the assignment that a disclosure has now."""
    return InformationAssigned(
        disclosure=disclosure.id,
        contact=disclosure.contact,
        version=disclosure.version,
        campaign=disclosure.campaign,
        arm=disclosure.arm,
        owner=disclosure.owner,
        kind=disclosure.kind,
        state=disclosure.state,
        received_at=disclosure.received_at,
        due=disclosure.due,
        assigned_at=at,
    )
