"""Forecasts over HTTP: a campaign's contacts, its fastest schedule, two schedules side by side, and its re-fit."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from services.planner.callers import Reader
from services.planner.forecast.helplines.debt import WeekOfDebt, debt_by_week
from services.planner.forecast.plan_assumptions import unsourced
from services.planner.forecast.refits.notes import campaign_fit
from services.planner.forecast.refits.suggestion import SuggestedRate
from services.planner.forecast.report.figures import report
from services.planner.forecast.report.page import forecast_page
from services.planner.forecast.requests import (
    CampaignFit,
    CampaignForecast,
    ComparisonRequest,
    ScheduleRequest,
    cannot_promise,
)
from services.planner.forecast.schedule.comparison import Comparison, compared
from services.planner.forecast.schedule.proposal import Proposal, propose
from services.planner.forecast.simulated.contacts import SimulatedDay, simulate
from services.planner.steering.forecasts import Forecasts, computed
from services.planner.steering.suggestions import Suggestions
from shared.values import CampaignReference
from shared.web.dependencies import part

router = APIRouter(prefix="/v1", tags=["forecast"])
AllForecasts = Annotated[Forecasts, Depends(part(Forecasts))]


@router.get("/campaigns/{reference}/forecast")
async def show(reference: CampaignReference, _caller: Reader, forecasts: AllForecasts) -> CampaignForecast:
    """Returns the contacts that a campaign brings, by working day and team, beside what each team has left."""
    found = await forecasts.of(reference)
    plan = found.campaign.plan
    shown = await computed(lambda: report(found.assumptions()))
    return CampaignForecast(
        campaign=reference,
        plan_version=found.campaign.plan_version,
        out=found.stands.out,
        waves=found.stands.waves,
        beside=found.beside,
        report=shown,
        cannot_promise=cannot_promise(plan, shown.unpromised, unsourced(plan)),
    )


@router.get("/campaigns/{reference}/forecast/page", response_class=HTMLResponse)
async def as_page(reference: CampaignReference, caller: Reader, forecasts: AllForecasts) -> HTMLResponse:
    """Returns the forecast as a page: a chart for each team, with its table."""
    return HTMLResponse(forecast_page(await show(reference, caller, forecasts)))


@router.post("/campaigns/{reference}/forecast/schedule")
async def schedule(
    reference: CampaignReference, body: ScheduleRequest, _caller: Reader, forecasts: AllForecasts
) -> Proposal:
    """Proposes the fastest schedule that fits for all that has not begun to go out; nothing is changed by it."""
    found = await forecasts.of(reference)
    limits = body.limits(found.campaign.plan, found.stands.today)
    return await computed(lambda: propose(found.open_assumptions(limits.scenario), limits))


@router.post("/campaigns/{reference}/forecast/comparison")
async def compare(
    reference: CampaignReference, body: ComparisonRequest, _caller: Reader, forecasts: AllForecasts
) -> Comparison:
    """Returns what two schedules of a campaign would bring, side by side."""
    found = await forecasts.of(reference)
    return await computed(lambda: compared(found.assumptions(body.one), found.assumptions(body.other), body.standard))


@router.get("/campaigns/{reference}/forecast/refit")
async def refit(reference: CampaignReference, _caller: Reader, forecasts: AllForecasts) -> CampaignFit:
    """Returns rates and speed by the contacts that have arrived, and what waves to come would bring now."""
    found = await forecasts.with_observed(reference)
    return await computed(lambda: campaign_fit(reference, found.stands))


@router.get("/campaigns/{reference}/forecast/simulation")
async def run(
    reference: CampaignReference,
    _caller: Reader,
    forecasts: AllForecasts,
    truth: Annotated[float, Query(ge=0.01, le=100, description="Times the rate that was assumed.")] = 1.0,
    seed: Annotated[int, Query(ge=0, le=2**31)] = 1,
) -> list[SimulatedDay]:
    """Returns one possible run of a campaign's waves, as they went out and are to go out: contacts by day. The same
    seed gives the same run.
    """
    found = await forecasts.of(reference)
    return await computed(lambda: simulate(found.assumptions(), truth, seed))


@router.get("/debt-forecast")
async def debt(_caller: Reader, forecasts: AllForecasts) -> list[WeekOfDebt]:
    """Returns the disclosures, liabilities and requests for time to pay of every week, of all live campaigns."""
    live = await forecasts.live()
    return await computed(lambda: list(debt_by_week(list(live.values()))))


@router.get("/campaigns/{reference}/forecast/suggestion")
async def suggestion(
    reference: CampaignReference, _caller: Reader, suggestions: Annotated[Suggestions, Depends(part(Suggestions))]
) -> list[SuggestedRate]:
    """Returns the rates, by channel, that finished campaigns of the same regime, aim and risk brought, with their
    spread."""
    return list(await suggestions.of(reference))
