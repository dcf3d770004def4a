"""Events of planner about help that designers ask of a team."""

from typing import ClassVar

from shared.contracts.base import CampaignContract
from shared.values import Code, Instant, Number, OfficialText


class HelpRequested(CampaignContract):
    """A designer asks `team` for help with a campaign. `number` counts the requests about one campaign, from 1."""

    event_type: ClassVar[str] = "help.requested.v1"
    number: Number
    team: Code
    question: OfficialText
    asked_by: Code
    asked_at: Instant


class HelpAnswered(CampaignContract):
    """The team has answered the request `number`."""

    event_type: ClassVar[str] = "help.answered.v1"
    number: Number
    team: Code
    question: OfficialText
    answer: OfficialText
    answered_by: Code
    answered_at: Instant
