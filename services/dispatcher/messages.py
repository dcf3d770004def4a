"""Everything dispatcher says and hears, on one screen."""

from services.dispatcher.handlers import Handlers
from services.dispatcher.work import AllocationDue, ChunkDue
from shared.contracts import (
    CampaignApproved,
    CampaignPaused,
    CampaignResumed,
    CampaignStopped,
    CommunicationsIssued,
    Contract,
    DispatchCompleted,
    PopulationLoaded,
    WaveStarted,
)
from shared.messaging.bus import MessageMap

SAYS: tuple[type[Contract], ...] = (PopulationLoaded, WaveStarted, CommunicationsIssued, DispatchCompleted)


HEARS: MessageMap = {
    CampaignApproved: Handlers.take_on,
    CampaignPaused: Handlers.pause,
    CampaignResumed: Handlers.resume,
    CampaignStopped: Handlers.stop,
    AllocationDue: Handlers.allocate,
    ChunkDue: Handlers.issue_chunk,
}
