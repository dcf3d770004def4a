"""Everything planner says and hears, on one screen."""

from services.planner.handlers import Handlers
from shared.contracts import (
    AgreementChanged,
    CampaignAmended,
    CampaignApproved,
    CampaignCompleted,
    CampaignLaunched,
    CampaignPaused,
    CampaignRejected,
    CampaignResumed,
    CampaignStopped,
    CampaignSubmitted,
    CommunicationsReturned,
    ContactCorrected,
    ContactRecorded,
    ContactsRecorded,
    Contract,
    DispatchCompleted,
    InformationAssigned,
    InformationVolunteered,
    LinesToTakePublished,
    NoticeAcknowledged,
    NoticeFailed,
    NoticeSent,
    OutcomesAttributed,
    OutcomesRecorded,
    PopulationLoaded,
    WaveStarted,
)
from shared.messaging.bus import MessageMap

SAYS: tuple[type[Contract], ...] = (
    AgreementChanged,
    CampaignSubmitted,
    CampaignRejected,
    CampaignApproved,
    CampaignAmended,
    CampaignLaunched,
    CampaignPaused,
    CampaignResumed,
    CampaignStopped,
    CampaignCompleted,
    LinesToTakePublished,
)


HEARS: MessageMap = {
    PopulationLoaded: Handlers.note_population,
    WaveStarted: Handlers.note_wave,
    DispatchCompleted: Handlers.note_dispatch,
    CommunicationsReturned: Handlers.note_returned,
    ContactRecorded: Handlers.count_contact,
    ContactsRecorded: Handlers.count_contacts,
    ContactCorrected: Handlers.recount_contact,
    OutcomesRecorded: Handlers.note_outcomes,
    OutcomesAttributed: Handlers.note_attributed_outcomes,
    InformationVolunteered: Handlers.count_volunteered,
    InformationAssigned: Handlers.recount_volunteered,
    NoticeSent: Handlers.note_notice,
    NoticeFailed: Handlers.note_notice,
    NoticeAcknowledged: Handlers.note_acknowledgement,
}
