"""Stakeholder sign-off: the briefing of each affected team, and whether the team has acknowledged it."""

from collections.abc import Collection, Mapping
from datetime import date

from services.planner.plan.response_handling import ResponseHandling
from shared.contracts.schedules import ExpectedContacts
from shared.errors import Problem
from shared.values import Code, Instant, Number, Value
from shared.wording import title_of
from shared.working_days import add_working_days

CUSTOMER_SERVICES, DEBT_MANAGEMENT = "customer-services", "debt-management"
PRESS_OFFICE, LETTER_ISSUER = "press-office", "letter-issuer"


class Told(Value):
    """A briefing by a notice or by reading: the versions of the plan and of the lines to take, and the time."""

    plan_version: Number
    lines_to_take: Number | None = None
    at: Instant


class Acknowledgement(Value):
    """A person's statement that their team knows the briefing `told`."""

    by: Code
    told: Told


class TeamSignOff(Value):
    """One affected team. `why_void` is the reason why its acknowledgement counts no longer; None also without one."""

    team: Code
    needed: bool
    notified: Told | None
    acknowledged: Acknowledgement | None
    why_void: Code | None
    signed_off: bool


class Briefing(Value):
    """The present briefing of all teams."""

    plan_version: Number
    launch: date | None
    lines_to_take: Number | None
    expected_contacts: tuple[ExpectedContacts, ...]
    teams: tuple[TeamSignOff, ...]


class Current(Value):
    """The versions of which a team must have been told at least."""

    told_since: Number
    """The plan version in which a fact that teams are told last changed."""
    lines_to_take: Number | None


def teams_needed(responses: ResponseHandling | None) -> tuple[str, ...]:
    """Returns the teams that must acknowledge before a launch. The press office only has to be told."""
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
    contributors: Collection[str],
) -> TeamSignOff:
    told, acknowledgement = notified.get(team), acknowledged.get(team)
    why = why_void(acknowledgement.told, current) if acknowledgement else None
    if acknowledgement and acknowledgement.by in contributors:
        why = "different-people"
    return TeamSignOff(
        team=team,
        needed=needed,
        notified=told,
        acknowledged=acknowledgement,
        why_void=why,
        signed_off=acknowledgement is not None and why is None,
    )


def notice_problems(
    teams: Collection[str], least_notice: Mapping[str, int], known_from: date, launch: date
) -> list[Problem]:
    """Returns a problem for each team that has fewer working days than its least notice before the launch."""
    problems = []
    for team, days in least_notice.items():
        earliest = add_working_days(known_from, days)
        if team in teams and launch < earliest:
            told = (
                f"{title_of(team)} needs {days} working days' notice: launch on {earliest:%d %B %Y} or later, "
                "or say in short_notice of the plan why it hears later"
            )
            problems.append(Problem(f"stakeholders.{team}", "least-notice", told))
    return problems


def why_void(told: Told, current: Current) -> str | None:
    """Returns the reason why a team with this briefing must be told again; None while it need not be."""
    if told.plan_version < current.told_since:
        return "plan-changed-since"
    if (told.lines_to_take or 0) < (current.lines_to_take or 0):
        return "lines-to-take-changed-since"
    return None


def press_knows_the_date(
    notified: Mapping[str, Told],
    acknowledged: Mapping[str, Acknowledgement],
    current: Current,
    contributors: Collection[str],
) -> bool:
    spoken = acknowledged.get(PRESS_OFFICE)
    told = [notified.get(PRESS_OFFICE), spoken.told if spoken and spoken.by not in contributors else None]
    return any(one is not None and one.plan_version >= current.told_since for one in told)
