"""Events of dispatcher about what it can issue: the channels that it has, and a plan that they cannot carry."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from shared.contracts.base import CampaignContract, Contract, Part
from shared.contracts.campaigns import Language
from shared.values import Code, Instant, Number, OfficialText

Place = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+(\.[a-z0-9_-]+)*$", max_length=200)]
MOST_REFUSALS = 100


class OfferedChannel(Part):
    """A channel that communications can go out by. `formats`: those beside standard print that it makes.
    `agent_copies`: a copy for the customer's agent can go beside the letter. `a_day` and `a_minute`: the most that go
    out by it; None is no limit.
    """

    code: Code
    formats: tuple[Code, ...] = ()
    languages: tuple[Language, ...] = ("en", "cy")
    agent_copies: bool = False
    a_day: Number | None = None
    a_minute: Number | None = None


class ChannelsOffered(Contract):
    """Every channel that dispatcher has, with what it can do. A later one replaces the one before it."""

    event_type: ClassVar[str] = "channels.offered.v1"
    channels: tuple[OfferedChannel, ...]
    offered_at: Instant

    @property
    def subject(self) -> str:
        return "channels"


class PlanProblem(Part):
    """A place of the plan that cannot be issued, the rule that it breaks, and what can be done."""

    field: Place
    rule: Code
    message: OfficialText


class CampaignRefused(CampaignContract):
    """The approved plan `plan_version` cannot be issued: nothing goes out by it. A later plan is looked at anew."""

    event_type: ClassVar[str] = "campaign.refused.v1"
    plan_version: Number
    problems: tuple[PlanProblem, ...] = Field(max_length=MOST_REFUSALS)
    refused_at: Instant
