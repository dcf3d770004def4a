"""Everything notifier says and hears, on one screen."""

from services.notifier.handlers import Handlers
from shared.contracts import (
    CampaignApproved,
    CampaignCompleted,
    CampaignPaused,
    CampaignResumed,
    CampaignStopped,
    CampaignSubmitted,
    Contract,
    DispatchCompleted,
    InformationVolunteered,
    LinesToTakePublished,
    NoticeFailed,
    NoticeSent,
    ReferralRaised,
    WaveStarted,
)
from shared.messaging.bus import MessageMap

SAYS: tuple[type[Contract], ...] = (NoticeSent, NoticeFailed)


HEARS: MessageMap = {
    LinesToTakePublished: Handlers.keep_lines_to_take,
    CampaignApproved: Handlers.announce_campaign,
    CampaignSubmitted: Handlers.notify,
    CampaignPaused: Handlers.notify,
    CampaignResumed: Handlers.notify,
    CampaignStopped: Handlers.notify,
    CampaignCompleted: Handlers.notify,
    WaveStarted: Handlers.notify,
    DispatchCompleted: Handlers.notify,
    InformationVolunteered: Handlers.notify,
    ReferralRaised: Handlers.notify,
}
