"""Everything intake says and hears, on one screen."""

from services.intake.handlers import Handlers
from shared.contracts import (
    CampaignApproved,
    CommunicationsIssued,
    ContactRecorded,
    Contract,
    InformationVolunteered,
    LinesToTakePublished,
    ReferralRaised,
)
from shared.messaging.bus import MessageMap

SAYS: tuple[type[Contract], ...] = (ContactRecorded, InformationVolunteered, ReferralRaised)


HEARS: MessageMap = {
    CampaignApproved: Handlers.note_campaign,
    LinesToTakePublished: Handlers.note_lines_to_take,
    CommunicationsIssued: Handlers.register_letters,
}
