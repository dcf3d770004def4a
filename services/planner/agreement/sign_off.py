"""Stakeholder sign-off: what each affected team is told, and whether it has said that it knows."""

from collections.abc import Mapping
from datetime import date

from services.planner.plan.response_handling import ResponseHandling
from shared.contracts.campaigns import ExpectedContacts
from shared.values import Code, Instant, Number, Value

CUSTOMER_SERVICES, DEBT_MANAGEMENT = "customer-services", "debt-management"
PRESS_OFFICE, LETTER_ISSUER = "press-office", "letter-issuer"


class Told(Value):
    """What the teams were told by a notice or read for themselves: by the plan and lines to take of these versions."""

    plan_version: Number
    lines_to_take: Number | None = None
    at: Instant


class Acknowledgement(Value):
    """Somebody of the team says that it knows what it was told."""

    by: Code
    told: Told


class TeamSignOff(Value):
    """One affected team. `why_void` says why its acknowledgement no longer counts; None while there is none, too."""

    team: Code
    needed: bool
    notified: Told | None
    acknowledged: Acknowledgement | None
    why_void: Code | None
    signed_off: bool


class Briefing(Value):
    """What the teams are told now."""

    plan_version: Number
    launch: date | None
    lines_to_take: Number | None
    expected_contacts: tuple[ExpectedContacts, ...]
    teams: tuple[TeamSignOff, ...]


class Current(Value):
    """The versions that a team must have been told of at least."""

    told_since: Number
    """The plan version in which something that teams are told last changed."""
    lines_to_take: Number | None


def teams_needed(responses: ResponseHandling | None) -> tuple[str, ...]:
    """The teams without whose acknowledgement nothing is launched; the press office must have been told only."""
    needed = [CUSTOMER_SERVICES]
    if responses is None or responses.liability_expected:
        needed.append(DEBT_MANAGEMENT)
    if responses is not None and responses.letter_issuer.takes_calls:
        needed.append(LETTER_ISSUER)
    return tuple(needed)


def sign_off(
    team: str,
    needed: bool,
    notified: Mapping[str, Told],
    acknowledged: Mapping[str, Acknowledgement],
    current: Current,
) -> TeamSignOff:
    told, acknowledgement = notified.get(team), acknowledged.get(team)
    why = why_void(acknowledgement.told, current) if acknowledgement else None
    return TeamSignOff(
        team=team,
        needed=needed,
        notified=told,
        acknowledged=acknowledgement,
        why_void=why,
        signed_off=acknowledgement is not None and why is None,
    )


def why_void(told: Told, current: Current) -> str | None:
    """Why somebody who was told this must be told again."""
    if told.plan_version < current.told_since:
        return "plan-changed-since"
    if (told.lines_to_take or 0) < (current.lines_to_take or 0):
        return "lines-to-take-changed-since"
    return None


def press_knows_the_date(
    notified: Mapping[str, Told], acknowledged: Mapping[str, Acknowledgement], current: Current
) -> bool:
    told = [notified.get(PRESS_OFFICE), getattr(acknowledged.get(PRESS_OFFICE), "told", None)]
    return any(one is not None and one.plan_version >= current.told_since for one in told)
