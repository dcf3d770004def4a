"""What planner does about what it hears."""

from services.planner.campaign import launch
from services.planner.campaigns import CampaignRepository
from services.planner.progress import ProgressRepository, Response
from shared.clock import LONDON
from shared.contracts import (
    ContactRecorded,
    DispatchCompleted,
    InformationVolunteered,
    NoticeFailed,
    NoticeSent,
    PopulationLoaded,
    WaveStarted,
)
from shared.messaging import Event

NO_ARM = "none"


class Handlers:
    def __init__(self, campaigns: CampaignRepository, progress: ProgressRepository) -> None:
        self._campaigns = campaigns
        self._progress = progress

    async def note_population(self, event: Event[PopulationLoaded]) -> None:
        await self._progress.population_loaded(event.data)

    async def note_launch(self, event: Event[WaveStarted]) -> None:
        campaign = await self._campaigns.get(event.data.campaign)
        launched = launch(campaign, event.data.started_at)
        if launched is not campaign:
            await self._campaigns.save(launched, [])

    async def note_dispatch(self, event: Event[DispatchCompleted]) -> None:
        await self._progress.dispatch_completed(event.data)

    async def note_notice(self, event: Event[NoticeSent | NoticeFailed]) -> None:
        await self._progress.notice(event.data)

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
