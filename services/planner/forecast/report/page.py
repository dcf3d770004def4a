"""The forecast of a campaign as a page: a chart for each team, with its table."""

from services.planner.forecast.report.day_chart import DayChart, page
from services.planner.forecast.report.figures import DayForecast, ForecastReport
from services.planner.forecast.requests import CampaignForecast
from shared.rendering.chart import Series
from shared.wording import title_of


def forecast_page(found: CampaignForecast) -> str:
    teams = dict.fromkeys(day.team for day in found.report.days)
    title = f"{found.campaign}: contacts by working day, plan version {found.plan_version}"
    return page(title, [team_chart(found.report, team) for team in teams], found.cannot_promise)


def team_chart(report: ForecastReport, team: str) -> DayChart:
    days = [day for day in report.days if day.team == team]
    series = [Series("Expected", "line", [day.central for day in days])]
    if any(day.left is not None for day in days):
        series.append(Series("What the team has left", "limit", [day.left for day in days]))
    return DayChart(
        title=f"{title_of(team)}: contacts by working day",
        told=_told(days),
        days=[day.on for day in days],
        series=series,
        band=[(day.low, day.high) for day in days],
    )


def _told(days: list[DayForecast]) -> str:
    if not days:
        return "No contacts are expected."
    highest = max(days, key=lambda day: day.central)
    over = [day for day in days if day.left is not None and day.central > day.left]
    words = (
        f"Most contacts are expected on {highest.on:%d %B %Y}: {highest.central:.0f}, and nine times in ten "
        f"{highest.low} to {highest.high}."
    )
    if all(day.left is None for day in days):
        return f"{words} Nobody has said what the team can take."
    return f"{words} On {len(over)} of {len(days)} days more are expected than the team has left."
