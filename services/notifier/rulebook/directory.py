"""The stakeholder directory: the teams, how to reach them, when they work, and who stands in for them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from services.notifier.rulebook.rules import Urgency
from services.notifier.rulebook.working_hours import Hours, Quiet, WallTime
from shared.clock import LONDON
from shared.values import Code, Title, Value


class Channel(StrEnum):
    EMAIL = "email"
    WEBHOOK = "webhook"
    TEAMS = "teams"
    SLACK = "slack"
    NOTIFY = "notify"
    """GOV.UK Notify, by e-mail."""


BY_MAIL = (Channel.EMAIL, Channel.NOTIFY)
_MAIL = r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\]+"
_ENDPOINT = r"[a-z0-9]+(-[a-z0-9]+)*"


class Contact(Value):
    """One way to reach a team. `role` says whose it is, never a person's name. `address` is an e-mail address, or the
    name of an endpoint: the URLs of chat channels and webhooks are secrets, and stand elsewhere.
    """

    role: Code
    channel: Channel = Channel.EMAIL
    address: Annotated[str, StringConstraints(max_length=254, pattern=rf"^({_MAIL}|{_ENDPOINT})$")]
    urgent_only: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if ("@" in self.address) != (self.channel in BY_MAIL):
            raise ValueError("e-mail goes to an address, everything else to the name of an endpoint")
        return self


class StandIn(Value):
    """A stand-in: `team` is asked in this team's place when this one does not answer, from one day until another, both
    included.
    """

    model_config = ConfigDict(populate_by_name=True)

    team: Code
    first: date = Field(alias="from")
    last: date = Field(alias="until")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first > self.last:
            raise ValueError("`from` is after `until`")
        return self


class Team(Value):
    """A team. `digest_at` is when it is told, together, of what is of low urgency; without it that is told like the
    rest. `gates` are the approvals that it gives. `audience` is whose scripts its call handlers use. `hourly_limit` is
    how many notices an hour it takes; more of them wait for the next hour, unless urgent.
    """

    name: Title
    contacts: Annotated[tuple[Contact, ...], Field(min_length=1)]
    audience: Code = "helplines"
    gates: tuple[Code, ...] = ()
    hours: Hours = Hours()
    quiet: Quiet | None = None
    digest_at: WallTime | None = None
    hourly_limit: Annotated[int, Field(ge=1, le=1000)] | None = None
    stand_ins: tuple[StandIn, ...] = ()

    def reached_by(self, urgency: Urgency) -> tuple[Contact, ...]:
        """Returns the contacts to which a notice of that urgency goes."""
        return tuple(c for c in self.contacts if urgency is Urgency.URGENT or not c.urgent_only)

    def may_be_told(self, now: datetime, urgency: Urgency) -> datetime:
        """Returns from when on the team may be told, in UTC."""
        return self.quiet.over(now) if self.quiet and urgency is not Urgency.URGENT else now

    def stand_in(self, now: datetime) -> str | None:
        """Returns the team that stands in for this one that day."""
        today = now.astimezone(LONDON).date()
        return next((s.team for s in self.stand_ins if s.first <= today <= s.last), None)


class Directory(Value):
    """All teams. `on_call` is the team that hears of what went wrong, and the last to be asked when nobody answers.
    `authors` is told what is meant for a campaign's author who has no entry of their own; without it, `on_call` is.
    """

    on_call: Code
    authors: Code | None = None
    teams: dict[Code, Team]
