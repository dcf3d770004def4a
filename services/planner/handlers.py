"""What planner does about what it hears."""

from services.planner.briefing import note_acknowledgement
from services.planner.campaigns import Campaigns
from services.planner.progress import ProgressRepository, Response
from services.planner.signoff import Told
from shared.clock import LONDON
from shared.contracts import (
    ContactRecorded,
    DispatchCompleted,
    InformationVolunteered,
    NoticeAcknowledged,
    NoticeFailed,
    NoticeSent,
    PopulationLoaded,
    WaveStarted,
)
from shared.messaging import Event

NO_ARM = "none"


class Handlers:
    def __init__(self, campaigns: Campaigns, progress: ProgressRepository) -> None:
        self._campaigns = campaigns
        self._progress = progress

    async def note_population(self, event: Event[PopulationLoaded]) -> None:
        await self._progress.population_loaded(event.data)

    async def note_wave(self, event: Event[WaveStarted]) -> None:
        await self._progress.wave_started(event.data)

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
            lambda c, act, around: note_acknowledgement(c, data.team, told, act, around),
        )

    async def count_contact(self, event: Event[ContactRecorded]) -> None:
        await self._count(event, "contact")

    async def count_volunteered(self, event: Event[InformationVolunteered]) -> None:
        await self._count(event, "volunteered")

    async def _count(self, event: Event[ContactRecorded | InformationVolunteered], kind: str) -> None:
        data = event.data
        if data.campaign is None:  # about a letter that nobody knows: no campaign's response
            return
        on = data.received_at.astimezone(LONDON).date()
        await self._progress.count(
            Response(event=event.id, campaign=data.campaign, on=on, arm=data.arm or NO_ARM, kind=kind)
        )
