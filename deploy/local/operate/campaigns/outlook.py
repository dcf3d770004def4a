"""Forecast, progress and conditions of campaigns, from planner's answers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

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


def conditions_of(gates: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [
        {
            "gate": s["gate"]["code"],
            "condition": condition,
            "by": s["approval"]["by"],
            "until": s["approval"]["expires_at"],
            "met": next((f"by {met['by']}" for met in s["approval"]["met"] if met["number"] == number), "not yet"),
        }
        for s in gates
        if s["approval"]
        for number, condition in enumerate(s["approval"]["conditions"], 1)
    ]


def _waves(progress: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    waves: Mapping[str, Mapping[str, Any]] = progress.get("waves") or {}
    return sorted(waves.items(), key=lambda wave: int(wave[0]))
