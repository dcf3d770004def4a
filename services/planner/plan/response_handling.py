"""Response handling: the contacts that are expected, and the team that takes each kind."""

from typing import Annotated, Literal

from pydantic import Field

from shared.errors import Problem
from shared.values import Code, OfficialText, Value

HUNDRED_PERCENT = 100
Share = Annotated[float, Field(ge=0, le=1)]


class ContactRate(Value):
    """The share (0 to 1) of communications after which a customer gets in touch. A required input: no rate is
    published.
    """

    low: Share
    central: Share
    high: Share


class ExpectedContact(Value):
    """One kind of contact that is expected, and the team that takes it."""

    kind: Literal["help-to-act", "change-to-return", "why-me", "cannot-pay", "complaint", "extra-support", "other"]
    team: Code
    how: OfficialText = ""


class Volunteered(Value):
    """The process for what customers volunteer: `owner` deals with it within `working_days` of its receipt."""

    owner: Code
    working_days: Annotated[int, Field(ge=1, le=260)]
    process: Annotated[OfficialText, Field(min_length=1)]


class LetterIssuer(Value):
    """The letter issuer's part: whether it takes calls, and how it hands them over."""

    takes_calls: bool = False
    hand_over: OfficialText = ""


class Helpline(Value):
    """A helpline that takes calls, and its share of them in per cent."""

    code: Code
    percent: Annotated[int, Field(ge=1, le=100)]


class ResponseHandling(Value):
    """The handling of responses. `immediate_response` says whether a response is sought at all."""

    immediate_response: bool
    contacts: Annotated[tuple[ExpectedContact, ...], Field(max_length=20)] = ()
    helplines: Annotated[tuple[Helpline, ...], Field(max_length=10)] = ()
    volunteered: Volunteered | None = None
    liability_expected: bool = False
    special_treatments: OfficialText = ""
    letter_issuer: LetterIssuer = LetterIssuer()


def helpline_problems(responses: ResponseHandling | None) -> list[Problem]:
    if responses is None or not responses.helplines:
        return []
    if sum(helpline.percent for helpline in responses.helplines) == HUNDRED_PERCENT:
        return []
    return [Problem("responses.helplines", "whole", "the percentages of the helplines make up a hundred")]


def rate_problems(rate: ContactRate | None) -> list[Problem]:
    if rate is None or rate.low <= rate.central <= rate.high:
        return []
    return [Problem("contact_rate", "ordered", "low is at most central, and central at most high")]
