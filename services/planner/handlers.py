"""Handlers of the events that planner hears."""

from contextlib import suppress

from services.planner.agreement.sign_off import Told
from services.planner.campaigns import Campaigns, Decide
from services.planner.decisions.brief import note_acknowledgement
from services.planner.decisions.population import follow_population
from services.planner.decisions.run import note_refusal
from services.planner.decisions.steer import below, exceeded, recovered
from services.planner.evaluation.ports import UnitRepository
from services.planner.forecast.policy import LOOP
from services.planner.forecast.volumes import cause_of
from services.planner.progress.counting import counted_now, row_of, row_of_disclosure, rows_of, rows_of_correction
from services.planner.progress.ports import ProgressRepository
from services.planner.steering.refits import Refits
from shared.contracts import (
    CampaignRefused,
    ChannelsOffered,
    CommunicationsIssued,
    CommunicationsReturned,
    ContactCorrected,
    ContactRecorded,
    ContactsRecorded,
    ContactVolumeBelow,
    ContactVolumeExceeded,
    ContactVolumeRecovered,
    DispatchCompleted,
    InformationAssigned,
    InformationVolunteered,
    NoticeAcknowledged,
    NoticeFailed,
    NoticeSent,
    OutcomeCorrected,
    OutcomesAttributed,
    OutcomesRecorded,
    PopulationLoaded,
    UnitOutcomes,
    UnitReturned,
    UnitsAllocated,
    UnitsSettled,
    WaveStarted,
)
from shared.errors import NotFound
from shared.events import Announcer, Event


class Handlers:
    def __init__(
        self,
        campaigns: Campaigns,
        progress: ProgressRepository,
        units: UnitRepository,
        announcer: Announcer,
        refits: Refits,
    ) -> None:
        self._campaigns = campaigns
        self._progress = progress
        self._units = units
        self._announcer = announcer
        self._refits = refits

    async def note_population(self, event: Event[PopulationLoaded]) -> None:
        loaded = event.data
        await self._progress.population_loaded(loaded)
        with suppress(NotFound):  # nobody planned it here: there is nothing to follow
            await self._campaigns.change(
                loaded.campaign,
                None,
                event.source,
                lambda c, act, circumstances: follow_population(c, loaded, act, circumstances),
            )

    async def keep_offer(self, event: Event[ChannelsOffered]) -> None:
        await self._campaigns.keep_offer(event.data)

    async def note_refusal(self, event: Event[CampaignRefused]) -> None:
        refused = event.data
        await self._campaigns.change(
            refused.campaign, None, event.source, lambda c, act, _: note_refusal(c, refused, act)
        )

    async def note_wave(self, event: Event[WaveStarted]) -> None:
        started = event.data
        await self._progress.wave_started(started)
        try:
            campaign = await self._campaigns.get(started.campaign)
        except NotFound:  # nobody planned it here: there is no forecast to hold it against
            return
        expected = await self._campaigns.volumes.expected(campaign, started.started_at)
        if expected is not None:
            await self._announcer.announce(cause_of(event.id, expected), started.started_at, expected)

    async def note_issued(self, event: Event[CommunicationsIssued]) -> None:
        """Counts what went out. Of a campaign that is paused it was the chunk in hand: no wave and no decision follows
        that would say the forecast with it.
        """
        issued = event.data
        await self._progress.communications_issued(event.id, issued)
        if await self._campaigns.is_paused(issued.campaign):
            expected = await self._campaigns.volumes.expected(
                await self._campaigns.get(issued.campaign), issued.issued_at
            )
            if expected is not None:
                await self._announcer.announce(cause_of(event.id, expected), issued.issued_at, expected)

    async def note_dispatch(self, event: Event[DispatchCompleted]) -> None:
        await self._progress.dispatch_completed(event.data)

    async def note_notice(self, event: Event[NoticeSent | NoticeFailed]) -> None:
        await self._progress.notice(event.data)

    async def note_acknowledgement(self, event: Event[NoticeAcknowledged]) -> None:
        data = event.data
        if data.campaign is None or data.plan_version is None:  # not about the plan of a campaign
            return
        told = Told(plan_version=data.plan_version, lines_to_take=data.lines_to_take, at=data.acknowledged_at)
        await self._campaigns.change(
            data.campaign,
            None,
            data.acknowledged_by,
            lambda c, act, circumstances: note_acknowledgement(c, data.team, told, act, circumstances),
        )

    async def steer_exceeded(self, event: Event[ContactVolumeExceeded]) -> None:
        await self._steer(event.data.campaign, lambda c, act, _: exceeded(c, event.data, act))
        await self._refits.after_excursion(event.data.campaign, event.data.excursion)

    async def steer_below(self, event: Event[ContactVolumeBelow]) -> None:
        await self._steer(event.data.campaign, lambda c, act, _: below(c, event.data, act))
        await self._refits.after_excursion(event.data.campaign, event.data.excursion)

    async def steer_recovered(self, event: Event[ContactVolumeRecovered]) -> None:
        over = event.data
        await self._steer(over.campaign, lambda c, act, circumstances: recovered(c, over, act, circumstances))

    async def _steer(self, campaign: str, decide: Decide) -> None:
        await self._campaigns.change(campaign, None, LOOP, decide)

    async def count_contact(self, event: Event[ContactRecorded]) -> None:
        await self._progress.count(row_of(event.data))

    async def count_contacts(self, event: Event[ContactsRecorded]) -> None:
        await self._progress.count(rows_of(event.id, event.data))

    async def count_volunteered(self, event: Event[InformationVolunteered]) -> None:
        await self._progress.count(row_of_disclosure(event.data))

    async def recount_volunteered(self, event: Event[InformationAssigned]) -> None:
        data = event.data
        await self._progress.recount(data.disclosure, data.version, next(iter(row_of_disclosure(data)), None))

    async def recount_contact(self, event: Event[ContactCorrected]) -> None:
        data = event.data
        if data.was is None:  # said by a version of intake that did not say it
            await self._progress.recount(data.contact, data.version, counted_now(data))
        else:
            await self._progress.count(rows_of_correction(data))

    async def note_outcomes(self, event: Event[OutcomesRecorded]) -> None:
        await self._progress.outcomes_recorded(event.data)

    async def note_attributed_outcomes(self, event: Event[OutcomesAttributed]) -> None:
        await self._progress.outcomes_attributed(event.data)

    async def recount_outcome(self, event: Event[OutcomeCorrected]) -> None:
        await self._progress.outcome_corrected(event.data)

    async def keep_units(self, event: Event[UnitsAllocated]) -> None:
        await self._units.allocated(event.data)

    async def settle_units(self, event: Event[UnitsSettled]) -> None:
        await self._units.settled(event.id, event.data)

    async def return_unit(self, event: Event[UnitReturned]) -> None:
        await self._units.returned(event.data)

    async def keep_unit_outcomes(self, event: Event[UnitOutcomes]) -> None:
        await self._units.outcomes(event.id, event.data)

    async def note_returned(self, event: Event[CommunicationsReturned]) -> None:
        await self._progress.returned(event.data)
