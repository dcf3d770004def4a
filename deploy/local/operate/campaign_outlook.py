"""Forecast, progress and open points of campaigns, gathered from planner's answers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from deploy.local.operate.campaign import Desk
from deploy.local.terminal.campaign_words import gate_stands, team_stands

UNDER_WAY = ("submitted", "approved", "live", "paused")
BANDS = ("low", "central", "high")
Row = tuple[object, ...]


def by_week(days: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Adds up the expected contacts of each week; `on` is its Monday."""
    weeks: dict[str, Counter[str]] = {}
    for day in days:
        on = date.fromisoformat(day["on"])
        monday = (on - timedelta(days=on.weekday())).isoformat()
        weeks.setdefault(monday, Counter()).update({band: day[band] for band in BANDS})
    return [{"on": monday, **{band: sums[band] for band in BANDS}} for monday, sums in weeks.items()]


def figures_of(progress: Mapping[str, Any]) -> list[Row]:
    """Returns what is known, each as: what, of which day, arm or team, and the number."""
    population, dispatch = progress.get("population") or {}, progress.get("dispatch") or {}
    notices = Counter(
        (notice["team"], "sent" if notice.get("sent", True) else "failed") for notice in progress["notices"]
    )
    responses: Counter[tuple[str, str]] = Counter()
    for count in progress["responses"]:
        responses[count["kind"], count["arm"]] += count["count"]
    return [
        *(("population", name, population[name]) for name in ("rows", "eligible") if name in population),
        *((f"wave {number}", wave["on"], wave["communications"]) for number, wave in _waves(progress)),
        *(("issued", arm["arm"], arm["issued"]) for arm in dispatch.get("arms", ())),
        *([("returned", "", progress["returned"])] if progress.get("returned") else []),
        *((f"notices {how}", team, count) for (team, how), count in sorted(notices.items())),
        *((f"responses: {kind}", arm, count) for (kind, arm), count in sorted(responses.items())),
        *((f"outcome: {o['outcome']}", o["arm"] or "not randomised", o["count"]) for o in progress["outcomes"]),
    ]


def waits(desk: Desk, reference: str | None) -> list[dict[str, str]]:
    """Returns the open gates (the next first), teams that do not know and lines that nobody approved."""
    references = [reference] if reference else [c["reference"] for c in desk.read() if c["state"] in UNDER_WAY]
    return [point for each in references for point in _waits_of(desk, each)]


def conditions_of(gates: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [
        {
            "gate": s["gate"]["code"],
            "condition": condition,
            "by": s["approval"]["by"],
            "until": s["approval"]["expires_at"],
        }
        for s in gates
        if s["approval"]
        for condition in s["approval"]["conditions"]
    ]


def _waits_of(desk: Desk, reference: str) -> Iterator[dict[str, str]]:
    for gate in desk.read(f"/{reference}/gates"):
        if gate["why_open"]:
            yield _point(reference, f"gate {gate['gate']['code']}", gate_stands(gate["why_open"], gate["touched"]))
    for team in desk.read(f"/{reference}/stakeholders")["teams"]:
        if team["needed"] and not team["signed_off"]:
            yield _point(reference, f"team {team['team']}", team_stands(False, team["why_void"]))
    proposed = desk.read(f"/{reference}/lines-to-take")["proposed"]
    if proposed:
        yield _point(reference, "approval of lines to take", f"version {proposed['version']} is proposed")


def _point(reference: str, what: str, why: str) -> dict[str, str]:
    return {"campaign": reference, "waits_for": what, "because": why}


def _waves(progress: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    waves: Mapping[str, Mapping[str, Any]] = progress.get("waves") or {}
    return sorted(waves.items(), key=lambda wave: int(wave[0]))
