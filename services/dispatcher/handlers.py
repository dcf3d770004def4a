"""Handlers of the events that dispatcher hears, and of its own work."""

from dataclasses import replace
from datetime import datetime

from services.dispatcher.campaigns.campaign import Status
from services.dispatcher.campaigns.ports import CampaignRepository
from services.dispatcher.campaigns.soundness import expect_sound, refused
from services.dispatcher.issue.issuer import Issuer
from services.dispatcher.ledger.attribution import ArmAttribution
from services.dispatcher.ledger.delivery import heard
from services.dispatcher.ledger.delivery_reports import DeliveryReports
from services.dispatcher.own_messages import AllocationDue, ChunkDue, CorrectionDue, UnitsDue
from services.dispatcher.population.correction import CorrectionLoader
from services.dispatcher.schedule.scheduler import Scheduler
from services.dispatcher.units.reports import UnitReports
from shared.contracts import (
    CampaignApproved,
    CampaignCompleted,
    CampaignLaunched,
    CampaignPaused,
    CampaignRejected,
    CampaignResumed,
    CampaignSlowed,
    CampaignStopped,
    DeliveryReported,
    LinesToTakePublished,
    OutcomeCorrected,
    OutcomesRecorded,
)
from shared.errors import Conflict, Invalid
from shared.events import Announcer, Event


class Handlers:
    def __init__(
        self,
        campaigns: CampaignRepository,
        scheduling: Scheduler,
        dispatch: Issuer,
        reports: DeliveryReports,
        attributing: ArmAttribution,
        units: UnitReports,
        corrections: CorrectionLoader,
        announcer: Announcer,
    ) -> None:
        self._campaigns = campaigns
        self._scheduling = scheduling
        self._dispatch = dispatch
        self._reports = reports
        self._attributing = attributing
        self._units = units
        self._corrections = corrections
        self._announcer = announcer

    async def approve(self, event: Event[CampaignApproved]) -> None:
        """Keeps the plan, or says why nothing can be issued by it: then nothing goes out before there is another."""
        try:
            expect_sound(event.data, self._dispatch.channels)
            await self._campaigns.approve(event.data)
        except (Conflict, Invalid) as error:
            await self._announcer.announce(event, event.time, refused(event.data, error))
            return
        await self._scheduling.reschedule(event.data.campaign)
        await self._go_on(event, event.data.campaign, event.data.approved_at)
        if event.data.corrects:
            await self._announcer.announce(event.id, event.time, CorrectionDue(campaign=event.data.campaign))

    async def gather_wronged(self, event: Event[CorrectionDue]) -> None:
        """Makes the population of a correction, or says why nobody can be written to."""
        plan = (await self._campaigns.campaign(event.data.campaign)).plan
        try:
            await self._corrections.load(event.data.campaign)
        except Invalid as error:
            await self._announcer.announce(event, event.time, refused(plan, error))

    async def launch(self, event: Event[CampaignLaunched]) -> None:
        await self._decide(event, Status.GO, event.data.plan_version)

    async def pause(self, event: Event[CampaignPaused]) -> None:
        await self._decide(event, Status.PAUSED)

    async def slow(self, event: Event[CampaignSlowed]) -> None:
        await self._campaigns.slow(event.data.campaign, event.data.daily_limit, event.data.version)

    async def stop(self, event: Event[CampaignStopped]) -> None:
        await self._decide(event, Status.STOPPED)

    async def complete(self, event: Event[CampaignCompleted]) -> None:
        """Stops the campaign: once closed, it issues nothing more, even if chunks are left."""
        await self._decide(event, Status.STOPPED)

    async def reject(self, event: Event[CampaignRejected]) -> None:
        await self._decide(event, Status.STOPPED)

    async def resume(self, event: Event[CampaignResumed]) -> None:
        await self._decide(event, Status.GO, event.data.plan_version)
        await self._go_on(event, event.data.campaign, event.data.decided_at)

    async def publish_lines(self, event: Event[LinesToTakePublished]) -> None:
        await self._campaigns.publish_lines(event.data.campaign, event.data.version)

    async def note_delivery(self, event: Event[DeliveryReported]) -> None:
        await self._reports.note(event.data.campaign, heard(event.data))

    async def attribute_outcomes(self, event: Event[OutcomesRecorded]) -> None:
        facts = await self._attributing.told.of(event.data.campaign, event.data.facts)
        event = replace(event, data=event.data.model_copy(update={"facts": facts}))
        attributed = await self._attributing.attributed(event.data)
        if attributed is not None:
            await self._announcer.announce(event.id, attributed.recorded_at, attributed)
        await self._units.outcomes(event)

    async def correct_outcome(self, event: Event[OutcomeCorrected]) -> None:
        [fact] = await self._attributing.told.of(event.data.campaign, [event.data.fact])
        await self._units.correction(replace(event, data=event.data.model_copy(update={"fact": fact})))

    async def allocate(self, event: Event[AllocationDue]) -> None:
        campaign, load = event.data.campaign, event.data.load
        await self._scheduling.allocate(campaign, load)
        await self._announcer.announce(f"{load}:units", event.time, UnitsDue(campaign=campaign, load=load))

    async def tell_units(self, event: Event[UnitsDue]) -> None:
        await self._units.allocated(event.data.campaign, event.data.load, event.time)

    async def issue_chunk(self, event: Event[ChunkDue]) -> None:
        """Issues a chunk and says it. One that a resumption made due again while it still waited is said once."""
        campaign, number, settled = event.data.campaign, event.data.chunk, False
        async for said in self._dispatch.issue_chunk(campaign, number):
            for place, issued in enumerate(said.events):  # each at its own time, however many have come after it
                cause = f"{campaign}:chunk:{number}:{issued.channel}:{place}"
                await self._announcer.announce(cause, issued.issued_at, issued)
            await self._units.settled(campaign, number, said.dealt_with)
            settled = True
        if not settled:  # it waits, or was said before
            return
        completed = await self._dispatch.completion(campaign)
        if completed is not None:
            await self._announcer.announce(f"{campaign}:completed", completed.completed_at, completed)
        await self._dispatch.note_said(campaign, number)

    async def _decide(
        self,
        event: Event[
            CampaignLaunched | CampaignPaused | CampaignStopped | CampaignCompleted | CampaignRejected | CampaignResumed
        ],
        status: Status,
        plan_version: int | None = None,
    ) -> None:
        data = event.data
        await self._campaigns.decide(data.campaign, status, data.version, data.decided_at, plan_version)
        self._scheduling.wake()

    async def _go_on(self, event: Event[CampaignApproved | CampaignResumed], campaign: str, at: datetime) -> None:
        for due in await self._scheduling.chunks_left(campaign):  # fewer, if this is heard again
            await self._announcer.announce(f"{event.id}:{due.chunk}", at, due)
