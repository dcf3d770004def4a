"""Everything notifier says and hears, on one screen."""

from services.notifier.handlers import Handlers
from services.notifier.own_messages import AnswerMissing, DeadlinePassed, DigestDue, MomentCame
from shared.contracts import (
    AgreementChanged,
    CampaignAmended,
    CampaignApproved,
    CampaignCompleted,
    CampaignLaunched,
    CampaignPaused,
    CampaignRefused,
    CampaignRejected,
    CampaignResumed,
    CampaignSlowed,
    CampaignStopped,
    CampaignSubmitted,
    ContactRecorded,
    ContactsRecorded,
    ContactVolumeBelow,
    ContactVolumeExceeded,
    ContactVolumeRecovered,
    Contract,
    DispatchCompleted,
    HelpAnswered,
    HelpRequested,
    InformationAssigned,
    InformationOverdue,
    InformationVolunteered,
    LinesToTakePublished,
    NoticeAcknowledged,
    NoticeFailed,
    NoticeSent,
    ReferralRaised,
    WaveStarted,
)
from shared.messaging.bus import MessageMap

SAYS: tuple[type[Contract], ...] = (NoticeSent, NoticeFailed, NoticeAcknowledged)


HEARS: MessageMap = {
    AgreementChanged: Handlers.follow_agreement,
    LinesToTakePublished: Handlers.keep_lines_to_take,
    CampaignSubmitted: Handlers.submit,
    CampaignRejected: Handlers.decide,
    CampaignApproved: Handlers.announce_campaign,
    CampaignAmended: Handlers.amend,
    CampaignLaunched: Handlers.decide,
    CampaignPaused: Handlers.decide,
    CampaignResumed: Handlers.decide,
    CampaignSlowed: Handlers.slow,
    CampaignStopped: Handlers.decide,
    CampaignCompleted: Handlers.decide,
    CampaignRefused: Handlers.notify,
    HelpRequested: Handlers.notify,
    HelpAnswered: Handlers.notify,
    WaveStarted: Handlers.start_wave,
    DispatchCompleted: Handlers.notify,
    ContactRecorded: Handlers.count_contact,
    ContactsRecorded: Handlers.count_contacts,
    ContactVolumeExceeded: Handlers.tell_excursion,
    ContactVolumeBelow: Handlers.tell_excursion,
    ContactVolumeRecovered: Handlers.tell_recovery,
    InformationVolunteered: Handlers.notify,
    InformationAssigned: Handlers.notify,
    InformationOverdue: Handlers.notify,
    ReferralRaised: Handlers.notify,
    NoticeFailed: Handlers.notify,
    MomentCame: Handlers.tell_moment,
    DigestDue: Handlers.tell_digest,
    AnswerMissing: Handlers.remind,
    DeadlinePassed: Handlers.tell_overdue,
}
EVENTS: tuple[type[Contract], ...] = tuple(contract for contract in HEARS if not contract.private)
"""The events that a rule may wait for."""
