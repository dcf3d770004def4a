"""Re-fits of campaigns that planner keeps: the proposal made by what came, and kept with the campaign."""

from services.planner.campaign import Campaign
from services.planner.campaigns import Campaigns
from services.planner.decisions.refit import propose
from services.planner.forecast.outlook import Level
from services.planner.forecast.policy import LOOP
from services.planner.forecast.refits.notes import fit_of, wave_notes
from services.planner.forecast.refits.proposal import Refitted, assumptions_by, refitted
from services.planner.forecast.refits.refit import suggested
from services.planner.forecast.schedule.limits import IssueLimits
from services.planner.forecast.schedule.proposal import Proposal
from services.planner.forecast.schedule.proposal import propose as fastest
from services.planner.steering.forecasts import Circumstance, Forecasts, computed
from shared.errors import Invalid, Permanent, Problem

SCENARIO: Level = "high"
"""The scenario of the next schedule: a rate that is as high as the contacts so far allow."""


class Refits:
    def __init__(self, campaigns: Campaigns, forecasts: Forecasts) -> None:
        self._campaigns = campaigns
        self._forecasts = forecasts

    async def after_excursion(self, reference: str, excursion: str) -> None:
        """Keeps a proposal for what is left, once for each excursion; none where nothing is left, or nothing can be
        fitted.
        """
        campaign = await self._campaigns.get(reference)
        if any(each.excursion == excursion for each in campaign.refits):
            return
        try:
            await self.propose(reference, None, LOOP, excursion)
        except Permanent:
            return

    async def propose(self, reference: str, seen: int | None, by: str, excursion: str | None = None) -> Campaign:
        """Returns the campaign with a proposal. Raises `Invalid` where nothing is out, or nothing is left."""
        found = await self._forecasts.with_observed(reference)
        made = await computed(lambda: refit_of(found))
        return await self._campaigns.change(reference, seen, by, lambda c, act, _: propose(c, made, excursion, act))


def refit_of(found: Circumstance) -> Refitted:
    """Returns the re-fit of a campaign and the fastest schedule that fits by it."""
    stands = found.stands
    if not stands.left or not stands.ahead:
        raise Invalid("nothing is left to schedule", Problem("campaign", "left", "every wave has started"))
    given, fit = fit_of(stands)
    waves = wave_notes(given, fit, stands.ahead)
    plan = stands.plan.model_copy(
        update={"contact_assumptions": assumptions_by(stands.plan, suggested(given, fit), fit)}
    )
    return refitted(stands, given, fit, waves, _fastest(found.with_plan(plan)))


def _fastest(found: Circumstance) -> Proposal:
    """The fastest schedule by the fitted rates; none where no team has said its capacity, so that nothing limits it."""
    if not found.teams:
        return Proposal(highest={})
    limits = IssueLimits(asked_on=found.stands.today, daily_limit=found.stands.plan.daily_limit, scenario=SCENARIO)
    return fastest(found.open_assumptions(SCENARIO), limits)
