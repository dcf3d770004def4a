"""The capacity that a team has said, version by version."""

from collections.abc import Iterator, Sequence
from datetime import time
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.planner.forecast.helplines.capacity import TeamCapacity, team_problems
from shared.contracts import CapacityChanged
from shared.contracts.capacities import CapacityOfDay
from shared.errors import Invalid, PreconditionRequired, Problem, Stale
from shared.values import Code, Count, Instant, Number, OfficialText, Value

MOST_TEAMS = 50


class KeptCapacity(Value):
    """A version of a team's capacity: `by` set it at `at`, for `reason`. `reviewed_by` is the person who looked through
    the file that it came from.
    """

    capacity: TeamCapacity
    version: Number
    by: Code
    at: Instant
    reason: OfficialText
    reviewed_by: Code | None = None


class CapacityChange(Value):
    """The capacity that a team says it has, all of it, and the reason for the change."""

    capacity: TeamCapacity
    reason: OfficialText = ""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        expect_reason(self.reason)
        if problems := list(team_problems("capacity", self.capacity)):
            raise Invalid("this capacity cannot be right", *problems)
        return self


class FiledCapacity(TeamCapacity):
    """A team's capacity in a file. `replaces` is the version that the file was written after, 0 for none; without it,
    the file stands above whatever there is.
    """

    replaces: Count | None = None

    @property
    def of_team(self) -> TeamCapacity:
        return TeamCapacity.model_validate(self.model_dump(exclude={"replaces"}))


class CapacityFile(Value):
    """Capacities of teams, set together or not at all. `reviewed_by` is somebody else than the person who sets them."""

    reason: OfficialText = ""
    reviewed_by: Code
    teams: Annotated[tuple[FiledCapacity, ...], Field(min_length=1, max_length=MOST_TEAMS)]

    @model_validator(mode="after")
    def _possible(self) -> Self:
        expect_reason(self.reason)
        if problems := list(_file_problems(self.teams)):
            raise Invalid("these capacities cannot be right", *problems)
        return self


class Setter(Value):
    """The person or system that sets a capacity, when, why, and who reviewed it."""

    by: Code
    at: Instant
    reason: OfficialText
    reviewed_by: Code | None = None


def replaced(present: KeptCapacity | None, capacity: TeamCapacity, seen: int | None, setter: Setter) -> KeptCapacity:
    """Returns the next version; the present one where it says the same. `seen` is the version that the change was made
    after, None for whatever there is. Raises `Stale` where another one is there.
    """
    version = present.version if present else 0
    if seen is not None and seen != version:
        message = f"the capacity of {capacity.team} has changed: its version is now {version}"
        raise Stale(message, Problem("If-Match", "current-version", str(version)))
    if present is not None and present.capacity == capacity:
        return present
    return KeptCapacity(capacity=capacity, version=version + 1, **setter.model_dump())


def changed(kept: KeptCapacity) -> CapacityChanged:
    """Returns the event that tells a new version."""
    capacity = kept.capacity
    return CapacityChanged(
        team=capacity.team,
        version=kept.version,
        contacts=capacity.contacts,
        base_load=capacity.base_load,
        opens_minute=minute_of(capacity.opens),
        closes_minute=minute_of(capacity.closes),
        exceptions=tuple(CapacityOfDay(on=each.on, contacts=each.contacts) for each in capacity.exceptions),
        changed_at=kept.at,
    )


def minute_of(at: time) -> int:
    """Returns the minute of the day."""
    return at.hour * 60 + at.minute


def expect_seen(present: KeptCapacity | None, seen: int | None) -> int:
    """Returns the version that the caller has seen, 0 for a first one. Raises `PreconditionRequired` when there is one
    and the caller names none.
    """
    if seen is None and present is not None:
        raise PreconditionRequired("send If-Match with the ETag of the version that you have seen")
    return seen or 0


def expect_reviewer(file: CapacityFile, by: str) -> None:
    """Raises `Invalid` where the person who sets the capacities has reviewed them as well."""
    if file.reviewed_by == by:
        somebody_else = Problem("reviewed_by", "somebody-else", "a file is reviewed by somebody else than who loads it")
        raise Invalid("this file was not reviewed", somebody_else)


def expect_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("a reason is needed", Problem("reason", "required", "say why"))


def _file_problems(teams: Sequence[FiledCapacity]) -> Iterator[Problem]:
    if len({each.team for each in teams}) < len(teams):
        yield Problem("teams", "unique", "a team is named twice")
    for index, each in enumerate(teams):
        yield from team_problems(f"teams.{index}", each)
