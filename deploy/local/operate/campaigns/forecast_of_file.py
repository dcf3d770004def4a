"""The work behind `otm forecast`: everything is computed from a file, without a stack."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from deploy.local.errors import StackError
from deploy.local.operate.document import document
from services.planner.forecast.file import ForecastFile, forecast_file
from services.planner.forecast.refits.notes import wave_notes
from services.planner.forecast.refits.refit import Fit, refit, suggested
from services.planner.forecast.report.figures import ForecastReport, report
from services.planner.forecast.schedule.comparison import Comparison, compared
from services.planner.forecast.schedule.proposal import Proposal, propose
from services.planner.forecast.simulated.contacts import SimulatedDay, simulate
from shared.errors import Invalid

T = TypeVar("T")


def loaded(file: Path) -> ForecastFile:
    """Raises `StackError` with each field and the rule that it breaks."""
    given = document(file)
    if not isinstance(given, dict):
        raise StackError(f"{file} has no fields: see docs/closed-loop.md for an example")
    try:
        return forecast_file(given)
    except Invalid as error:
        raise refused(error) from None


def shown(given: ForecastFile) -> ForecastReport:
    return _asked(lambda: report(given.assumptions, given.standard))


def compared_files(one: ForecastFile, other: ForecastFile) -> Comparison:
    return _asked(lambda: compared(one.assumptions, other.assumptions, one.standard))


def scheduled(given: ForecastFile) -> Proposal:
    return _asked(lambda: propose(given.assumptions, given.expect_limits()))


def fitted(given: ForecastFile) -> tuple[Fit, list[dict[str, Any]]]:
    """The fit, and for each wave after it what it would bring now."""

    def fit() -> tuple[Fit, list[dict[str, Any]]]:
        arrived = given.expect_arrived()
        waves = [wave for wave in given.assumptions.waves if wave.on <= arrived.as_of]
        found = refit(given.assumptions, waves, arrived.observed, arrived.as_of)
        later = [wave for wave in given.assumptions.waves if wave.on > arrived.as_of]
        notes = [note.model_dump(mode="json") for note in wave_notes(given.assumptions, found, later)]
        return found, notes

    return _asked(fit)


def simulated(given: ForecastFile, truth: float, seed: int) -> list[SimulatedDay]:
    return _asked(lambda: simulate(given.assumptions, truth, seed))


def refitted(given: ForecastFile, fit: Fit) -> ForecastFile:
    """The file with the fitted rates in the place of those assumed."""
    return given.model_copy(update={"assumptions": suggested(given.assumptions, fit)})


def refused(error: Invalid) -> StackError:
    lines = "".join(f"\n  {each.field}: {each.message} [{each.rule}]" for each in error.problems)
    return StackError(error.message + lines)


def _asked(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except Invalid as error:
        raise refused(error) from None
