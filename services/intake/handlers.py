"""Handlers of the events that intake hears, by which it recognises callers and knows what to tell them."""

from services.intake.contacts.excursions import Excursions
from services.intake.helpline.ports import HeardCapacities
from services.intake.late_arrivals.letters import LateLetters
from services.intake.register.letter import Lift, letters_of
from services.intake.register.ports import Register
from shared.contracts import (
    CampaignApproved,
    CampaignPaused,
    CapacityChanged,
    CommunicationsIssued,
    ContactVolumeForecast,
    LinesToTakePublished,
)
from shared.contracts.campaign_decisions import CampaignDecision
from shared.customers.generations import joined
from shared.events import Event


class Handlers:
    def __init__(
        self,
        register: Register,
        adoption: LateLetters,
        excursions: Excursions,
        capacities: HeardCapacities,
        lift: Lift = joined,
    ) -> None:
        """`lift` gives the newest token of the customer whose token an event says."""
        self._lift = lift
        self._register = register
        self._capacities = capacities
        self._excursions = excursions
        self._adoption = adoption

    async def note_campaign(self, event: Event[CampaignApproved]) -> None:
        await self._register.campaign_approved(event.data)

    async def note_lines_to_take(self, event: Event[LinesToTakePublished]) -> None:
        await self._register.lines_published(event.data)

    async def register_letters(self, event: Event[CommunicationsIssued]) -> None:
        letters = letters_of(event.data, self._lift)
        await self._register.add(letters)
        await self._adoption.adopt(letters, event.id)

    async def note_forecast(self, event: Event[ContactVolumeForecast]) -> None:
        await self._excursions.note_forecast(event.data)

    async def note_capacity(self, event: Event[CapacityChanged]) -> None:
        await self._capacities.keep(event.data)

    async def note_pause(self, event: Event[CampaignPaused]) -> None:
        data = event.data
        await self._register.letters_paused(data.campaign, data.version, data.decided_at)

    async def note_no_pause(self, event: Event[CampaignDecision]) -> None:
        """Notes that letters go out again, or that there will be none any more."""
        await self._register.letters_paused(event.data.campaign, event.data.version, None)
