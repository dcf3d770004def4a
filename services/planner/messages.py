"""Everything planner says and hears, on one screen."""

from services.planner.handlers import Handlers
from shared.contracts import (
    CampaignApproved,
    CampaignCompleted,
    CampaignLaunched,
    CampaignPaused,
    CampaignResumed,
    CampaignStopped,
    CampaignSubmitted,
    ContactRecorded,
    Contract,
    DispatchCompleted,
    InformationVolunteered,
    LinesToTakePublished,
    NoticeFailed,
    NoticeSent,
    PopulationLoaded,
    WaveStarted,
)
from shared.messaging.bus import MessageMap

SAYS: tuple[type[Contract], ...] = (
    CampaignSubmitted,
    CampaignApproved,
    CampaignLaunched,
    CampaignPaused,
    CampaignResumed,
    CampaignStopped,
    CampaignCompleted,
    LinesToTakePublished,
)


HEARS: MessageMap = {
    PopulationLoaded: Handlers.note_population,
    WaveStarted: Handlers.note_launch,
    DispatchCompleted: Handlers.note_dispatch,
    ContactRecorded: Handlers.count_contact,
    InformationVolunteered: Handlers.count_volunteered,
    NoticeSent: Handlers.note_notice,
    NoticeFailed: Handlers.note_notice,
}
