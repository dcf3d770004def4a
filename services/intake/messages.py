"""Messages that intake says and hears, on one screen."""

from services.intake.handlers import Handlers
from shared.contracts import (
    CampaignApproved,
    CampaignCompleted,
    CampaignPaused,
    CampaignResumed,
    CampaignStopped,
    CapacityChanged,
    CommunicationsIssued,
    ContactCorrected,
    ContactRecorded,
    ContactsRecorded,
    ContactVolumeBelow,
    ContactVolumeExceeded,
    ContactVolumeForecast,
    ContactVolumeRecovered,
    Contract,
    DeliveryReported,
    InformationAssigned,
    InformationOverdue,
    InformationVolunteered,
    LinesToTakePublished,
    OutcomeCorrected,
    OutcomesRecorded,
    ReferralRaised,
)
from shared.messaging.bus import MessageMap

SAYS: tuple[type[Contract], ...] = (
    ContactRecorded,
    ContactsRecorded,
    ContactCorrected,
    InformationVolunteered,
    InformationAssigned,
    InformationOverdue,
    ReferralRaised,
    OutcomesRecorded,
    OutcomeCorrected,
    DeliveryReported,
    ContactVolumeExceeded,
    ContactVolumeBelow,
    ContactVolumeRecovered,
)


HEARS: MessageMap = {
    CampaignApproved: Handlers.note_campaign,
    CampaignPaused: Handlers.note_pause,
    CampaignResumed: Handlers.note_no_pause,
    CampaignStopped: Handlers.note_no_pause,
    CampaignCompleted: Handlers.note_no_pause,
    LinesToTakePublished: Handlers.note_lines_to_take,
    CommunicationsIssued: Handlers.register_letters,
    ContactVolumeForecast: Handlers.note_forecast,
    CapacityChanged: Handlers.note_capacity,
}
