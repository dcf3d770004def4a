"""The team that deals with a disclosure, and the day by which it does."""

from datetime import date, datetime
from typing import NamedTuple

from shared.clock import LONDON
from shared.contracts.campaigns import VolunteeredProcess
from shared.working_days import add_working_days

DEFAULT_PROCESS = VolunteeredProcess(owner="disclosure-team", working_days=10)
"""For what comes about a letter that we do not know, or of a campaign that has agreed on nothing else."""


def received_on(received_at: datetime) -> date:
    """The day on which it came, where the teams are."""
    return received_at.astimezone(LONDON).date()


def due_on(received_at: datetime, process: VolunteeredProcess) -> date:
    """The last day on which it is in time."""
    return add_working_days(received_on(received_at), process.working_days)


class Assignment(NamedTuple):
    """The team that deals with it, and by when."""

    owner: str
    due: date


def reassigned(state: str, now: Assignment, anew: Assignment) -> Assignment:
    """Once it is another campaign's, or came on another day, and would be dealt with as `anew`.

    What was passed on by hand stays with that team, and what is resolved as it was.
    """
    if state == "resolved":
        return now
    return Assignment(now.owner if state == "routed" else anew.owner, anew.due)
