"""The messages that dispatcher says and hears, on one screen."""

from services.dispatcher.handlers import Handlers
from services.dispatcher.own_messages import AllocationDue, ChunkDue, CorrectionDue, UnitsDue
from shared.contracts import (
    CampaignApproved,
    CampaignCompleted,
    CampaignLaunched,
    CampaignPaused,
    CampaignRefused,
    CampaignRejected,
    CampaignResumed,
    CampaignSlowed,
    CampaignStopped,
    ChannelsOffered,
    CommunicationsIssued,
    CommunicationsReturned,
    Contract,
    DeliveryReported,
    DispatchCompleted,
    LinesToTakePublished,
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
from shared.messaging.bus import MessageMap

SAYS: tuple[type[Contract], ...] = (
    ChannelsOffered,
    CampaignRefused,
    PopulationLoaded,
    WaveStarted,
    CommunicationsIssued,
    CommunicationsReturned,
    DispatchCompleted,
    OutcomesAttributed,
    UnitsAllocated,
    UnitsSettled,
    UnitReturned,
    UnitOutcomes,
)


HEARS: MessageMap = {
    CampaignApproved: Handlers.approve,
    CampaignLaunched: Handlers.launch,
    CampaignPaused: Handlers.pause,
    CampaignSlowed: Handlers.slow,
    CampaignResumed: Handlers.resume,
    CampaignStopped: Handlers.stop,
    CampaignCompleted: Handlers.complete,
    CampaignRejected: Handlers.reject,
    LinesToTakePublished: Handlers.publish_lines,
    DeliveryReported: Handlers.note_delivery,
    OutcomesRecorded: Handlers.attribute_outcomes,
    OutcomeCorrected: Handlers.correct_outcome,
    CorrectionDue: Handlers.gather_wronged,
    AllocationDue: Handlers.allocate,
    UnitsDue: Handlers.tell_units,
    ChunkDue: Handlers.issue_chunk,
}
