"""The file of a forecast: assumptions, limits, and what arrived so far, as one document."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field, ValidationError

from services.planner.forecast.assumptions import Assumptions
from services.planner.forecast.helplines.erlang import Standard
from services.planner.forecast.refits.refit import Observed
from services.planner.forecast.schedule.limits import IssueLimits
from shared.errors import Invalid, Problem
from shared.values import Value


class Arrived(Value):
    """The contacts that arrived until the end of `as_of`."""

    as_of: date
    observed: Annotated[tuple[Observed, ...], Field(max_length=20_000)] = ()


class ForecastFile(Value):
    """`limits` are needed for a schedule, `arrived` for a re-fit."""

    assumptions: Assumptions
    limits: IssueLimits | None = None
    standard: Standard = Standard()
    arrived: Arrived | None = None

    def expect_limits(self) -> IssueLimits:
        if self.limits is None:
            raise Invalid(
                "there are no limits", Problem("limits", "required", "a schedule needs limits: asked_on at least")
            )
        return self.limits

    def expect_arrived(self) -> Arrived:
        if self.arrived is None:
            raise Invalid("nothing arrived", Problem("arrived", "required", "a re-fit needs as_of and observed"))
        return self.arrived


def forecast_file(document: Mapping[str, Any]) -> ForecastFile:
    """Raises `Invalid` with field and rule of everything that is wrong, and never with what was given."""
    try:
        return ForecastFile.model_validate(document)
    except ValidationError as error:
        problems = [
            Problem(".".join(str(part) for part in e["loc"]), e["type"].replace("_", "-"), str(e["msg"]))
            for e in error.errors(include_input=False)
        ]
        raise Invalid("the file of the forecast is not as it must be", *problems) from None
