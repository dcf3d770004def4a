"""Calls a day of a campaign with the closed loop and without it, simulated side by side."""

from datetime import date

from services.planner.forecast.assumptions import Assumptions
from services.planner.forecast.report.day_chart import DayChart
from services.planner.forecast.schedule.limits import IssueLimits
from services.planner.forecast.schedule.proposal import propose
from services.planner.forecast.simulated.rehearsal import Rehearsed, rehearse
from shared.rendering.chart import Series

TEAM, ROOM = "customer-services", 250
TRUTH, SEED = 2.0, 7
"""Twice as many customers get in touch as was forecast."""
GIVEN = Assumptions.model_validate(
    {
        "customers": 140_000,
        "first_day": date(2027, 1, 11),
        "arms": [
            {"code": "letter", "share": 4, "post": "first",
             "rate": {"low": 0.035, "central": 0.05, "high": 0.07, "source": "invented for this picture"}},
            {"code": "control", "control": True, "share": 1},
        ],
        "takers": [{"reason": "help-to-act", "team": TEAM, "share": 1.0}],
        "teams": [{"team": TEAM, "contacts": ROOM}],
    }
)  # fmt: skip
LIMITS = IssueLimits(asked_on=date(2027, 1, 11), daily_limit=5_000, scenario="central")


def rehearsed() -> Rehearsed:
    """The fastest schedule that fits by the forecast, played in a world where the forecast is wrong."""
    planned = GIVEN.model_copy(update={"waves": propose(GIVEN, LIMITS).waves})
    return rehearse(planned, LIMITS, TRUTH, SEED)


def chart(found: Rehearsed) -> DayChart:
    over = [sum(count > ROOM for count in counts) for counts in (found.free, found.held)]
    paused = " and ".join(f"from {first:%d %B} to {last:%d %B}" for first, last in found.held_back)
    told = (
        "Simulated calls a day where twice as many customers ring as were forecast. Without the loop more calls come "
        f"than the helpline can answer, {ROOM}, on {over[0]} days, up to {max(found.free)} on one. With the loop they "
        f"do on {over[1]} days, by letters in the post and the noise of single days: the campaign is paused {paused}, "
        "and goes on by the re-fitted schedule."
    )
    return DayChart(
        title="Calls a day where twice as many customers ring as were forecast",
        told=told,
        days=found.days,
        series=[
            Series("with the loop", "line", found.held),
            Series("without", "other", found.free),
            Series("what the helpline can answer", "limit", [ROOM] * len(found.days)),
        ],
    )
