"""Campaigns as people change them: one change after the other, each on the version that they have seen."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from services.planner.agreement.gates import Directorate
from services.planner.campaign import Campaign, EarlierCampaign
from services.planner.decisions.act import Act
from services.planner.decisions.correct import CorrectionWanted, correct
from services.planner.decisions.draft import clone, create
from services.planner.events.agreement import agreement_events
from services.planner.events.changes import events_for, with_seals
from services.planner.events.volumes import WatchedVolumes, forecast_after
from services.planner.forecast.schedule.issued import IssuedCount
from services.planner.issuing.ports import OfferRepository
from services.planner.lifecycle import UNDER_WAY, State
from services.planner.many_campaigns import SeenCampaigns
from services.planner.plan.plan import Plan
from services.planner.ports import CampaignRepository, Entry, Summary
from services.planner.progress.ports import ProgressRepository
from services.planner.progress.progress import results
from services.planner.readiness import Circumstances
from shared.clock import Clock, today
from shared.contracts import ChannelsOffered
from shared.errors import NotFound, Problem, Stale
from shared.idempotency import Request

TRIES = 5
"""Changes that expect no version, where others change the campaign at the same moment; after these it is `Stale`."""
Decide = Callable[[Campaign, Act, Circumstances], Campaign]


class Campaigns:
    def __init__(
        self,
        repository: CampaignRepository,
        progress: ProgressRepository,
        offers: OfferRepository,
        rules: Mapping[str, Directorate],
        clock: Clock,
        generation: int = 1,
    ) -> None:
        """`generation` is that of the newest index key."""
        self._repository = repository
        self._progress = progress
        self._offers = offers
        self._rules = rules
        self._clock = clock
        self._generation = generation
        self.volumes = WatchedVolumes(progress)
        self.seen = SeenCampaigns()

    @property
    def directorates(self) -> tuple[str, ...]:
        """The directorates that have gates, in order."""
        return tuple(sorted(self._rules))

    async def create(self, plan: Plan, by: str, request: Request) -> Campaign:
        reference = await self._repository.next_reference(today(self._clock).year)
        return await self._repository.add(create(reference, plan, self._act(by)), request)

    async def clone(self, reference: str, title: str, by: str, request: Request) -> Campaign:
        """Returns a new draft from an earlier campaign, with that campaign's results beside the answers."""
        earlier = await self._repository.get(reference)
        came_of_it = await self.results(reference)
        new = await self._repository.next_reference(today(self._clock).year)
        return await self._repository.add(clone(new, earlier, came_of_it, title, self._act(by)), request)

    async def results(self, reference: str) -> EarlierCampaign:
        """Returns what came of a campaign, as far as it is known."""
        progress, responses = await self._progress.progress(reference), await self._progress.responses(reference)
        return EarlierCampaign.model_validate(results(progress, responses, reference))

    async def correct(self, reference: str, wanted: CorrectionWanted, by: str, request: Request) -> Campaign:
        """Returns a new draft to the customers who got a wrong letter of an earlier campaign."""
        wrong = await self._repository.get(reference)
        issued = list(await self._progress.issued(reference))
        new = await self._repository.next_reference(today(self._clock).year)
        return await self._repository.add(correct(new, wrong, wanted, issued, self._act(by)), request)

    async def issued(self, reference: str) -> Sequence[IssuedCount]:
        """Returns what has gone out of a campaign, by day, wave and arm."""
        return await self._progress.issued(reference)

    async def get(self, reference: str) -> Campaign:
        return await self._repository.get(reference)

    async def all(self, state: State | None = None, regime: str | None = None) -> list[Summary]:
        return await self._repository.all(state, regime)

    async def under_way(self) -> list[Campaign]:
        """Returns all campaigns that are live or paused, oldest first in each state."""
        return await self._repository.of_states(*UNDER_WAY)

    async def of_states(self, *states: State) -> list[Campaign]:
        return await self._repository.of_states(*states)

    async def agreements(self, *states: State) -> list[tuple[Campaign, Circumstances]]:
        """Returns the campaigns in these states, each with the circumstances on which its gates and the words of teams
        depend: the rules and the campaign that it corrects, and nothing else.
        """
        found = await self._repository.of_states(*states)
        corrected = {each.reference: each.plan.corrects.campaign for each in found if each.plan.corrects}
        wrong = {each.reference: each for each in await self._repository.of(set(corrected.values()))}
        return [
            (each, Circumstances(self._rules, wrong=wrong.get(corrected.get(each.reference, "")))) for each in found
        ]

    async def history(self, reference: str, about: str | None = None) -> Sequence[Entry]:
        await self._repository.get(reference)
        return await self._repository.history(reference, about)

    async def with_circumstances(self, reference: str) -> tuple[Campaign, Circumstances, Act]:
        """Returns a campaign, the circumstances that a decision about it depends on, and an act at the present time."""
        campaign = await self._repository.get(reference)
        return campaign, await self._circumstances(campaign), self._act("")

    async def change(self, reference: str, seen: int | None, by: str, decide: Decide, reason: str = "") -> Campaign:
        """Returns the campaign after `decide`. Raises `Stale` when `seen` is not its present version; None expects
        nothing, and `decide` is asked again where somebody else changes the campaign at the same moment.
        """
        for _ in range(TRIES if seen is None else 0):
            with suppress(Stale):
                return await self._change_once(reference, None, self._act(by, reason), decide)
        return await self._change_once(reference, seen, self._act(by, reason), decide)

    async def _change_once(self, reference: str, seen: int | None, act: Act, decide: Decide) -> Campaign:
        campaign = await self._repository.get(reference)
        _expect_seen(campaign, seen)
        circumstances, issued = await asyncio.gather(
            self._circumstances(campaign), self._progress.issued(reference)
        )  # all that may be asked is asked at once: a pause is waited for
        changed = decide(campaign, act, circumstances)
        if changed is not campaign:
            agreed = agreement_events(campaign, changed, circumstances, act.at)
            expected = forecast_after(changed, circumstances.started, issued, act.at)
            said = [*expected, *agreed, *events_for(changed)]
            changed = with_seals(changed, said)
            await self._repository.save(changed, said)
        return changed

    async def is_paused(self, reference: str) -> bool:
        """Returns whether a campaign is paused; not so if there is none."""
        return await self._repository.is_paused(reference)

    async def _circumstances(self, campaign: Campaign) -> Circumstances:
        reference, progress = campaign.reference, self._progress
        (others, offered, wrong), (notified, dispatched, population, started) = await asyncio.gather(
            asyncio.gather(
                self._repository.of_regime(campaign.plan.regime), self._offers.offered(), self._wrong(campaign.plan)
            ),
            asyncio.gather(
                progress.notified(reference),
                progress.dispatched(reference),
                progress.population(reference),
                progress.waves(reference),
            ),
        )
        return Circumstances(
            self._rules,
            others,
            notified,
            dispatched,
            offered,
            population,
            wrong=wrong,
            started=started,
            generation=self._generation,
        )

    async def _wrong(self, plan: Plan) -> Campaign | None:
        try:
            return await self._repository.get(plan.corrects.campaign) if plan.corrects else None
        except NotFound:
            return None

    async def offered(self) -> ChannelsOffered | None:
        """Returns what dispatcher can issue; None while it has not said so."""
        return await self._offers.offered()

    async def keep_offer(self, offered: ChannelsOffered) -> None:
        await self._offers.keep(offered)

    def _act(self, by: str, reason: str = "") -> Act:
        return Act(by, self._clock.now(), reason)


def _expect_seen(campaign: Campaign, seen: int | None) -> None:
    if seen is not None and seen != campaign.version:
        message = f"the campaign has changed: its version is now {campaign.version}"
        raise Stale(message, Problem("If-Match", "current-version", str(campaign.version)))
