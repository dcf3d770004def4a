"""The work behind `otm forecast`: everything is computed from a file, without a stack."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import yaml

from deploy.local.errors import StackError
from services.planner.forecast.file import ForecastFile, forecast_file
from services.planner.forecast.proposal import Proposal, propose
from services.planner.forecast.refit import Fit, letters_instead, refit, suggested
from services.planner.forecast.report import ForecastReport, report
from services.planner.forecast.simulation import SimulatedDay, simulate
from shared.errors import Invalid
from shared.reading.bounded_yaml import bounded

T = TypeVar("T")


class PlainWords(yaml.SafeLoader):
    """YAML in which only true and false are truth values: `on` is a field here, not a yes."""


PlainWords.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
PlainWords.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def loaded(file: Path) -> ForecastFile:
    """Raises `StackError` with each field and the rule that it breaks."""
    try:
        document = yaml.load(bounded(file.read_text(encoding="utf-8-sig")), PlainWords)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError):
        raise StackError(f"{file} is not YAML: see docs/closed-loop.md for an example") from None
    if not isinstance(document, dict):
        raise StackError(f"{file} has no fields: see docs/closed-loop.md for an example")
    try:
        return forecast_file(document)
    except Invalid as error:
        raise refused(error) from None


def shown(given: ForecastFile) -> ForecastReport:
    return _asked(lambda: report(given.assumptions, given.standard))


def scheduled(given: ForecastFile) -> Proposal:
    return _asked(lambda: propose(given.assumptions, given.expect_limits()))


def fitted(given: ForecastFile) -> tuple[Fit, list[dict[str, Any]]]:
    """The fit, and for each wave after it what it would bring now."""

    def fit() -> tuple[Fit, list[dict[str, Any]]]:
        arrived = given.expect_arrived()
        waves = [wave for wave in given.assumptions.waves if wave.on <= arrived.as_of]
        found = refit(given.assumptions, waves, arrived.observed, arrived.as_of)
        later = [wave for wave in given.assumptions.waves if wave.on > arrived.as_of]
        notes = []
        for wave in later:
            planned, now, letters = letters_instead(given.assumptions, found, wave)
            notes.append(
                {"on": wave.on.isoformat(), "size": wave.size, "planned": planned, "now": now, "letters": letters}
            )
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
