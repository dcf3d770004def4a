"""A forecast in a few words: how long the letters go out, and on how many days a team gets more than it can take."""

from collections.abc import Sequence

from services.planner.forecast.report.figures import ForecastReport
from services.planner.plan.wave_size import WaveSize
from shared.wording import words_of


def waves_in_words(waves: Sequence[WaveSize], report: ForecastReport) -> str:
    """Returns what these waves bring, in three sentences."""
    low, central, high = report.total
    last = waves[-1].on
    days = "1 day" if len(waves) == 1 else f"{len(waves)} days"
    size = sum(wave.size for wave in waves)
    said = (
        f"{size:,} letters go out on {days}, the last on {last.day} {last:%B %Y}. They bring about {central:,.0f} "
        f"contacts, {low:,.0f} to {high:,.0f}. "
    )
    return said + _capacity_in_words(report)


def _capacity_in_words(report: ForecastReport) -> str:
    teams = ", ".join(map(words_of, report.unpromised))
    unknown = f"Nobody has said what {teams} can take. " if teams else ""
    known = {day.team for day in report.days if day.left is not None}
    if not known:
        return unknown.strip()
    over = len(report.over_capacity)
    if not over:
        return f"{unknown}No team whose capacity is known is expected to get more than it can take."
    return f"{unknown}On {'1 day' if over == 1 else f'{over} days'} a team is expected to get more than it can take."
