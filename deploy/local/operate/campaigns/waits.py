"""Open points of campaigns: those of planner, and the answers that teams owe by notifier's list."""

from collections.abc import Iterator, Mapping
from typing import Any

from deploy.local.operate.campaigns.campaign import Desk
from deploy.local.terminal.campaign_words import gate_stands, team_stands

UNDER_WAY = ("submitted", "approved", "live", "paused")
PASSED_IN = ("submitted", "approved", "paused")
"""The states in which gates are passed."""
Point = dict[str, Any]
LINES = "somebody who did not write them"


def waits(desk: Desk, reference: str | None, asked: list[Point]) -> list[Point]:
    """Returns who owes what, because of what, since when and until when: the next gate first, then teams that do not
    know, conditions, help, answers to be reviewed, lines that nobody approved, what the closed loop leaves to a person,
    and whatever else notifier has `asked`.
    """
    references = [reference] if reference else [c["reference"] for c in desk.read() if c["state"] in UNDER_WAY]
    asked = [each for each in asked if reference or each["campaign"] in (None, *references)]
    found = [
        point
        for each in references
        for point in _waits_of(desk, each, [ask for ask in asked if ask["campaign"] == each])
    ]
    found += [_left(each) for each in desk.waiting() if each["campaign"] in references]
    dealt_with = {(point["campaign"], point["who"]) for point in found}
    others = [each for each in asked if not _is_in(each, dealt_with)]
    return [*found, *(_point(e["campaign"], e["team"], e["asked"], "asked by notice", e) for e in others)]


def _waits_of(desk: Desk, reference: str, asked: list[Point]) -> Iterator[Point]:
    campaign = desk.read(f"/{reference}")
    launch = campaign["plan"]["launch"] if campaign["state"] in ("submitted", "approved") else None
    for owes, who, why, since in _points(desk, reference, campaign["state"]):
        ask = next((each for each in asked if who in (each["gate"], each["team"])), {"since": since, "until": launch})
        yield _point(reference, who, owes, why, {"since": since or ask["since"], "until": launch or ask["until"]})


def _points(desk: Desk, reference: str, state: str) -> Iterator[tuple[str, str, str, str | None]]:
    """Yields planner's open points: what is owed, by whom, why, and since when, where planner knows. Of a draft, or of
    a campaign that has ended, nobody owes agreement.
    """
    gates = desk.read(f"/{reference}/gates")
    for gate in gates:
        if gate["why_open"] and state in PASSED_IN:
            yield "pass the gate", gate["gate"]["code"], gate_stands(gate["why_open"], gate["touched"]), None
    for team in desk.read(f"/{reference}/stakeholders")["teams"]:
        if team["needed"] and not team["signed_off"] and state in UNDER_WAY:
            told = (team["notified"] or {}).get("at")
            yield "say that it knows", team["team"], team_stands(False, team["why_void"]), told
    for gate in gates:
        yield from _unmet(gate)
    yield from _asked_and_proposed(desk, reference)


def _asked_and_proposed(desk: Desk, reference: str) -> Iterator[tuple[str, str, str, str | None]]:
    for request in desk.read(f"/{reference}/help"):
        if request["answer"] is None:
            yield "help", request["team"], request["question"], request["asked_at"]
    proposed = desk.read(f"/{reference}/lines-to-take")["proposed"]
    if proposed:
        why = f"version {proposed['version']} is proposed"
        yield "approve the lines to take", LINES, why, proposed["written_at"]


def _left(decision: Point) -> Point:
    """A decision that the closed loop leaves to a person."""
    proposal = decision["kind"] == "refit"
    owes = f"decide about proposal {decision['number']}" if proposal else "say how it goes on"
    when = {"since": decision["since"], "until": None}
    return _point(decision["campaign"], decision["author"], owes, "; ".join(decision["says"]), when)


def _unmet(gate: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str | None]]:
    approval = gate["approval"] or {"conditions": []}
    met = {each["number"] for each in approval.get("met", ())}
    for number, condition in enumerate(approval["conditions"], 1):
        if number not in met and gate["why_open"] is None:
            yield f"say that condition {number} is met", gate["gate"]["code"], condition, approval["at"]


def _is_in(ask: Mapping[str, Any], dealt_with: set[tuple[str, str]]) -> bool:
    return (ask["campaign"], ask["team"]) in dealt_with or (ask["campaign"], ask["gate"]) in dealt_with


def _point(campaign: str | None, who: str, owes: str, why: str, when: Mapping[str, Any]) -> Point:
    return {
        "campaign": campaign, "who": who, "owes": owes, "because": why,
        "since": when["since"], "until": when["until"],
    }  # fmt: skip
