"""Handlers of what notifier hears: they keep what notices need, and tell the teams that must know."""

from services.notifier.acknowledgements.acknowledgement import Acknowledgements
from services.notifier.acknowledgements.gates import GateNotices
from services.notifier.acknowledgements.reminders import ReminderWriter
from services.notifier.acknowledgements.speakers import SpeakerNotices
from services.notifier.campaigns.ports import CampaignRepository
from services.notifier.notices.event_notices import EventNotices
from services.notifier.own_messages import AnswerMissing, DeadlinePassed, DigestDue, MomentCame
from services.notifier.timed.due import TimedNotices
from shared.contracts import (
    AgreementChanged,
    CampaignAmended,
    CampaignApproved,
    CampaignResumed,
    CampaignSlowed,
    CampaignSubmitted,
    ContactRecorded,
    ContactsRecorded,
    ContactVolumeBelow,
    ContactVolumeExceeded,
    ContactVolumeRecovered,
    Contract,
    FiguresChanged,
    LinesToTakePublished,
    WaveStarted,
)
from shared.contracts.campaign_decisions import CampaignDecision
from shared.errors import NotYet
from shared.events import Event


class Handlers:
    def __init__(
        self,
        campaigns: CampaignRepository,
        event_notices: EventNotices,
        acknowledgements: Acknowledgements,
        due: TimedNotices,
        reminders: ReminderWriter,
        gates: GateNotices,
        speakers: SpeakerNotices,
    ) -> None:
        self._campaigns = campaigns
        self._event_notices = event_notices
        self._acknowledgements = acknowledgements
        self._due = due
        self._reminders = reminders
        self._gates = gates
        self._speakers = speakers

    async def keep_lines_to_take(self, event: Event[LinesToTakePublished]) -> None:
        await self._campaigns.keep_lines(event.data)
        await self._event_notices.notify(event)
        await self._close(event.data.campaign)

    async def announce_campaign(self, event: Event[CampaignApproved]) -> None:
        await self._campaigns.keep_campaign(event.data)
        first = await self._campaigns.first_of_plan(event.data, event.id)
        if first and await self._event_notices.notify(event):
            await self._campaigns.keep_briefing(event.data)
        known = await self._campaigns.known(event.data.campaign)
        if known.amended is not None:  # it may have been amended while the notices of this plan were made
            await self._acknowledgements.void(known.amended)
        await self._close(event.data.campaign)

    async def amend(self, event: Event[CampaignAmended]) -> None:
        await self._campaigns.keep_amendment(event.data)
        await self._acknowledgements.void(event.data)
        await self._event_notices.notify(event)
        await self._close(event.data.campaign)

    async def follow_agreement(self, event: Event[AgreementChanged]) -> None:
        await self._campaigns.keep_agreement(event.data)
        await self._close(event.data.campaign)
        await self._gates.ask(event.data.campaign)
        await self._speakers.ask(event.data.campaign)
        await self._event_notices.notify(event)

    async def decide(self, event: Event[CampaignDecision]) -> None:
        await self._campaigns.keep_decision(event.type.split(".")[1], event.data)
        await self._close(event.data.campaign)
        await self._event_notices.notify(event)

    async def resume(self, event: Event[CampaignResumed]) -> None:
        await self._campaigns.keep_resumption(event.data)
        await self.decide(event)

    async def follow_figures(self, event: Event[FiguresChanged]) -> None:
        await self._campaigns.keep_figures(event.data)
        await self._event_notices.notify(event)

    async def slow(self, event: Event[CampaignSlowed]) -> None:
        await self._campaigns.keep_slowing(event.data)
        await self._event_notices.notify(event)

    async def tell_excursion(self, event: Event[ContactVolumeExceeded | ContactVolumeBelow]) -> None:
        await self._event_notices.notify(event)
        await self._campaigns.keep_excursion(event.data.campaign, event.data.excursion)

    async def tell_recovery(self, event: Event[ContactVolumeRecovered]) -> None:
        """Tells those who were told of the beginning. Raises `NotYet` before they were."""
        over = event.data
        if over.excursion not in (await self._campaigns.known(over.campaign)).excursions:
            raise NotYet(f"the beginning of what is over for {over.campaign} has not come yet")
        await self._event_notices.notify(event)

    async def start_wave(self, event: Event[WaveStarted]) -> None:
        await self._campaigns.keep_wave(event.data)
        await self._event_notices.notify(event)

    async def count_contact(self, event: Event[ContactRecorded]) -> None:
        await self._campaigns.count(event.data.contact, [event.data])

    async def count_contacts(self, event: Event[ContactsRecorded]) -> None:
        await self._campaigns.count(event.id, event.data.contacts)

    async def submit(self, event: Event[CampaignSubmitted]) -> None:
        await self._event_notices.notify(event)
        await self._close(event.data.campaign)

    async def notify(self, event: Event[Contract]) -> None:
        await self._event_notices.notify(event)

    async def tell_moment(self, event: Event[MomentCame]) -> None:
        await self._due.moment(event.data)

    async def tell_digest(self, event: Event[DigestDue]) -> None:
        await self._due.digest(event.data)

    async def remind(self, event: Event[AnswerMissing]) -> None:
        await self._reminders.remind(event.data)

    async def tell_overdue(self, event: Event[DeadlinePassed]) -> None:
        await self._reminders.tell_overdue(event.data)

    async def _close(self, campaign: str) -> None:
        await self._acknowledgements.supersede(campaign)
        await self._acknowledgements.close(await self._campaigns.known(campaign))
