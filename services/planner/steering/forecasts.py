"""Forecasts of campaigns that planner keeps: their plans, what really went out and came, and all of them together."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from services.planner.campaign import Campaign
from services.planner.campaigns import Campaigns
from services.planner.capacity.ports import CapacityRepository
from services.planner.forecast.assumptions import Assumptions, Committed
from services.planner.forecast.helplines.capacity import TeamCapacity
from services.planner.forecast.outlook import Level
from services.planner.forecast.plan_assumptions import added, plan_assumptions, plan_problems, teams_of
from services.planner.forecast.refits.refit import Observed
from services.planner.forecast.refits.standing import Standing, expected_by_team, standing
from services.planner.lifecycle import UNDER_WAY
from services.planner.plan.plan import Plan
from services.planner.plan.wave_size import WaveSize
from services.planner.progress.ports import ProgressRepository
from services.planner.progress.progress import Sent
from shared.clock import Clock, today
from shared.errors import Invalid, Problem
from shared.working_days import add_working_days

T = TypeVar("T")


@dataclass(frozen=True)
class Circumstance:
    """A campaign with its standing, the capacity of its teams, and the other campaigns that are live or paused."""

    campaign: Campaign
    stands: Standing
    teams: tuple[TeamCapacity, ...]
    others: Mapping[str, Standing]

    @property
    def beside(self) -> tuple[str, ...]:
        """The other campaigns whose contacts the teams of this one take as well."""
        return tuple(sorted(self.others))

    def with_plan(self, plan: Plan) -> "Circumstance":
        """Returns the same with another plan."""
        campaign = self.campaign.model_copy(update={"plan": plan})
        return replace(self, campaign=campaign, stands=replace(self.stands, plan=plan))

    def committed(self, level: Level) -> tuple[Committed, ...]:
        """Returns the contacts that the other campaigns bring, of the teams of this one."""
        ours = set(teams_of(self.campaign.plan))
        expected = [expected_by_team(other, other.waves, level) for other in self.others.values()]
        return added(*({key: n for key, n in each.items() if key[0] in ours} for each in expected))

    def assumptions(self, waves: Sequence[WaveSize] | None = None) -> Assumptions:
        """Returns the assumptions for `waves`, or for all waves as they went out and are planned."""
        given = self.stands.waves if waves is None else tuple(waves)
        return plan_assumptions(self.campaign.plan, given, teams=self.teams, committed=self.committed("central"))

    def open_assumptions(self, level: Level) -> Assumptions:
        """Returns the assumptions for the communications whose wave has not started: from the next working day on,
        beside what is out."""
        stands, plan = self.stands, self.campaign.plan
        if not (stands.out or stands.in_hand):
            committed = self.committed(level)
            return plan_assumptions(plan, (), letters=stands.left, teams=self.teams, committed=committed)
        own = expected_by_team(stands, (*stands.out, *stands.in_hand), level)
        others = {(each.team, each.on): float(each.contacts) for each in self.committed(level)}
        last_started = max(wave.on for wave in stands.begun) if stands.begun else stands.today
        first = add_working_days(max(stands.today, last_started), 1)
        if plan.respond_by is not None and plan.respond_by <= first:
            late = Problem("respond_by", "after-first-answer", f"customers cannot answer a letter of {first} by then")
            raise Invalid("there is no schedule", late)
        return plan_assumptions(plan, (), first, stands.left, self.teams, added(own, others))


class Forecasts:
    def __init__(
        self, campaigns: Campaigns, progress: ProgressRepository, capacities: CapacityRepository, clock: Clock
    ) -> None:
        self._campaigns = campaigns
        self._progress = progress
        self._capacities = capacities
        self._clock = clock

    async def of(self, reference: str) -> Circumstance:
        """Raises `NotFound`, and `Invalid` with all that the plan leaves open."""
        campaign = await self._campaigns.get(reference)
        if problems := list(plan_problems(campaign.plan)):
            raise Invalid("the plan does not say enough for a forecast", *problems)
        others = await self._forecastable()
        stands = await self._standings({**others, reference: campaign})
        own = stands.pop(reference)
        return Circumstance(campaign, own, await self._capacities.of(teams_of(campaign.plan)), stands)

    async def with_observed(self, reference: str) -> Circumstance:
        """Returns the same as `of`, with who got in touch."""
        found = await self.of(reference)
        return replace(found, stands=replace(found.stands, observed=await self._observed(reference)))

    async def live(self) -> Mapping[str, Standing]:
        """Returns the standing of every campaign that is live or paused and can be forecast, by reference."""
        return await self._standings(await self._forecastable())

    async def _forecastable(self) -> dict[str, Campaign]:
        return {c.reference: c for c in await self._campaigns.under_way() if not any(plan_problems(c.plan))}

    async def _standings(self, campaigns: Mapping[str, Campaign]) -> dict[str, Standing]:
        sent, on = await self._progress.sent_of(campaigns), today(self._clock)
        return {reference: _standing(campaign, sent[reference], on) for reference, campaign in campaigns.items()}

    async def _observed(self, reference: str) -> tuple[Observed, ...]:
        counts = [each for each in await self._progress.responses(reference) if each.kind == "contact"]
        return tuple(Observed(on=each.on, arm=each.arm, contacts=each.count) for each in counts)


def _standing(campaign: Campaign, sent: Sent, on: date) -> Standing:
    pace = campaign.pace if campaign.state in UNDER_WAY else None
    return standing(campaign.plan, sent.started, sent.issued, sent.eligible, on, pace)


async def computed(work: Callable[[], T]) -> T:
    """Returns what `work` does, beside the event loop: a schedule of a year takes a second."""
    return await asyncio.to_thread(work)
