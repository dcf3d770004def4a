"""Closing of asks: an ask ends by what planner says, also where nobody followed the link in its notice."""

from collections.abc import Sequence

from services.notifier.campaigns.campaign import Known
from services.notifier.notices.ask import Ask, Closed

ASKS_FOR_GATES = ("submitted", "approved")
"""The states of a campaign in which its gates are passed."""


def why_closed(ask: Ask, known: Known) -> Closed | None:
    """Returns why an ask about a campaign's plan needs no answer any more; None while it does.

    Asks about anything else, such as a disclosure, outlive their campaign.
    """
    if ask.gate is None and ask.plan_version is None:
        return None
    if known.over or known.completed:
        return Closed.ENDED
    if ask.gate is not None:
        return _gate(ask.gate, known)
    return Closed.KNOWN if ask.team in known.teams_that_know(ask.plan_version, ask.lines_to_take) else None


def overtaken(asks: Sequence[Ask]) -> list[Ask]:
    """Returns the asks, answered or not, whose team was asked of a later plan or of later lines to take."""
    latest: dict[str, tuple[int, int]] = {}
    for ask in asks:
        latest[ask.team] = max(_extent(ask), latest.get(ask.team, (0, 0)))
    return [ask for ask in asks if ask.void_at is None and _extent(ask) < latest[ask.team]]


def _extent(ask: Ask) -> tuple[int, int]:
    return ask.plan_version or 0, ask.lines_to_take or 0


def _gate(gate: str, known: Known) -> Closed | None:
    agreement = known.agreement
    if agreement is None:
        return Closed.GATE_PASSED if known.approved is not None and not known.in_change else None
    if agreement.state not in ASKS_FOR_GATES:
        return Closed.NOT_WANTED if agreement.state == "draft" else Closed.GATE_PASSED
    states = {each.gate: each.why_open for each in agreement.gates}
    if gate not in states:
        return Closed.NOT_WANTED
    return Closed.GATE_PASSED if states[gate] is None else None
