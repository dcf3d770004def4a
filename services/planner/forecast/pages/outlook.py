"""Outlook of wave sizes, as the page shows it: words, charts with their tables, and the waves."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.planner.forecast.report.day_chart import DayChart
from services.planner.forecast.report.figures import report
from services.planner.forecast.report.in_words import waves_in_words
from services.planner.forecast.report.page import team_chart
from services.planner.forecast.schedule.limits import IssueLimits
from services.planner.forecast.schedule.proposal import Proposal, propose
from services.planner.forecast.typed_waves import waves_of
from services.planner.plan.plan import Plan
from services.planner.plan.wave_size import WaveSize
from services.planner.steering.forecasts import Circumstance, computed


@dataclass(frozen=True, slots=True)
class Answer:
    """Outlook of waves: `says` in words, and a chart for each team."""

    says: str
    waves: Sequence[WaveSize]
    charts: Sequence[DayChart]


def begun(found: Circumstance) -> bool:
    """Returns whether letters have begun to go out: then the waves change by amendment and re-fit alone."""
    return bool(found.stands.out or found.stands.in_hand or found.stands.begun)


async def answer(found: Circumstance, plan: Plan) -> Answer:
    """Returns what the plan's waves bring; of a campaign whose letters go out already, its waves as they are going to.
    Raises `Invalid` for waves that nothing can be said of.
    """
    waves = list(found.stands.waves) if begun(found) else waves_of(plan)
    given = found.with_plan(plan).assumptions(waves)
    shown = await computed(lambda: report(given))
    charts = [team_chart(shown, team) for team in dict.fromkeys(day.team for day in shown.days)]
    return Answer(waves_in_words(waves, shown), waves, charts)


async def fastest(found: Circumstance, plan: Plan) -> Proposal:
    """Returns the fastest schedule with the plan's daily limit that fits into what the teams can take."""
    limits = IssueLimits(asked_on=found.stands.today, daily_limit=plan.daily_limit)
    given = found.with_plan(plan).open_assumptions(limits.scenario)
    return await computed(lambda: propose(given, limits))


def shortfall_in_words(proposal: Proposal) -> str:
    """Returns why no schedule fits, and what would help."""
    short = proposal.shortfall
    if short is None:
        return ""
    ways = []
    if short.last_day is not None:
        ways.append(f"letters until {short.last_day.day} {short.last_day:%B %Y}")
    if short.daily_limit is not None:
        ways.append(f"{short.daily_limit:,} letters a day")
    if short.contacts_a_day:
        more = ", ".join(
            f"{contacts:,} more contacts a day for {team}" for team, contacts in short.contacts_a_day.items()
        )
        ways.append(more)
    helps = f" What would help: {'; or '.join(ways)}." if ways else ""
    return f"No schedule fits: {short.letters:,} letters would, {short.fewer_letters:,} fewer.{helps}"
