"""Suggestions for a plan: what finished campaigns of its kind really brought."""

from services.planner.campaign import Campaign
from services.planner.campaigns import Campaigns
from services.planner.forecast.forecast import responses_end
from services.planner.forecast.plan_assumptions import plan_problems
from services.planner.forecast.refits.suggestion import FinishedArms, SuggestedRate, suggested_rates
from services.planner.lifecycle import State
from services.planner.plan.contact_assumptions import ContactAssumptions
from services.planner.plan.plan import Plan
from services.planner.progress.ports import ProgressRepository
from shared.clock import Clock, today

FINISHED = (State.COMPLETED, State.STOPPED)


class Suggestions:
    def __init__(self, campaigns: Campaigns, progress: ProgressRepository, clock: Clock) -> None:
        self._campaigns = campaigns
        self._progress = progress
        self._clock = clock

    async def of(self, reference: str) -> tuple[SuggestedRate, ...]:
        """Returns a rate for each channel; none where no campaign of the kind has finished."""
        plan = (await self._campaigns.get(reference)).plan
        finished = list[FinishedArms]()
        for state in FINISHED:
            for summary in await self._campaigns.all(state, plan.regime):
                if summary.reference != reference:
                    finished += await self._brought(await self._campaigns.get(summary.reference), plan)
        return suggested_rates(finished)

    async def _brought(self, campaign: Campaign, plan: Plan) -> list[FinishedArms]:
        """By channel; nothing of a campaign of another kind, or whose customers may still answer."""
        end = responses_end(campaign.plan)
        if not same_kind(campaign.plan, plan) or any(plan_problems(campaign.plan)):
            return []
        if end is None or end >= today(self._clock):
            return []
        channels = {arm.code: arm.channel or "print" for arm in campaign.plan.arms if not arm.control}
        issued, contacts = dict[str, int](), dict[str, int]()
        for sent in await self._progress.issued(campaign.reference):
            if sent.arm in channels:
                issued[channels[sent.arm]] = issued.get(channels[sent.arm], 0) + sent.count
        for came in await self._progress.responses(campaign.reference):
            if came.kind == "contact" and came.arm in channels:
                contacts[channels[came.arm]] = contacts.get(channels[came.arm], 0) + came.count
        heard = answered(campaign.plan)
        return [
            FinishedArms(
                campaign=campaign.reference, channel=one, issued=n, contacts=round(contacts.get(one, 0) / heard)
            )
            for one, n in sorted(issued.items())
            if n
        ]


def same_kind(one: Plan, other: Plan) -> bool:
    """Returns whether two plans are about the same risk of the same regime, and have the same aim."""
    return (one.regime, one.aim, _said(one.risk)) == (other.regime, other.aim, _said(other.risk))


def answered(plan: Plan) -> float:
    """The contacts that are recorded for each customer who gets in touch, where callers ring again."""
    redial = (plan.contact_assumptions or ContactAssumptions()).redial
    return redial.attempts * (1 - redial.unanswered)


def _said(text: str) -> str:
    return " ".join(text.casefold().split())
