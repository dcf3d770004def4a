"""The event contracts, one module for each subject. `CONTRACTS` is the whole catalogue."""

from shared.contracts.agreements import AgreementChanged
from shared.contracts.base import Contract
from shared.contracts.campaign_decisions import (
    CampaignCompleted,
    CampaignPaused,
    CampaignResumed,
    CampaignSlowed,
    CampaignStopped,
)
from shared.contracts.campaigns import (
    CampaignAmended,
    CampaignApproved,
    CampaignLaunched,
    CampaignRejected,
    CampaignSubmitted,
)
from shared.contracts.capacities import CapacityChanged
from shared.contracts.channels import CampaignRefused, ChannelsOffered
from shared.contracts.closed_loop import LoopTimeEnded, RefitProposed
from shared.contracts.communications import (
    CommunicationsIssued,
    CommunicationsReturned,
    DeliveryReported,
    DispatchCompleted,
    WaveStarted,
)
from shared.contracts.contact_volumes import (
    ContactVolumeBelow,
    ContactVolumeExceeded,
    ContactVolumeForecast,
    ContactVolumeRecovered,
)
from shared.contracts.contacts import (
    ContactCorrected,
    ContactRecorded,
    ContactsRecorded,
    InformationAssigned,
    InformationOverdue,
    InformationVolunteered,
    ReferralRaised,
)
from shared.contracts.evaluations import EvaluationPublished
from shared.contracts.figures import FiguresChanged
from shared.contracts.help import HelpAnswered, HelpRequested
from shared.contracts.lines_to_take import LinesToTakePublished
from shared.contracts.notices import NoticeAcknowledged, NoticeFailed, NoticeSent
from shared.contracts.outcomes import OutcomeCorrected, OutcomesAttributed, OutcomesRecorded
from shared.contracts.populations import PopulationLoaded
from shared.contracts.sessions import SessionsEnded
from shared.contracts.trial_units import UnitOutcomes, UnitReturned, UnitsAllocated, UnitsSettled

CONTRACTS: tuple[type[Contract], ...] = (
    CampaignSubmitted,
    CampaignRejected,
    CampaignApproved,
    CampaignAmended,
    CampaignLaunched,
    CampaignPaused,
    CampaignSlowed,
    CampaignResumed,
    CampaignStopped,
    CampaignCompleted,
    AgreementChanged,
    FiguresChanged,
    CampaignRefused,
    ChannelsOffered,
    HelpRequested,
    HelpAnswered,
    LinesToTakePublished,
    PopulationLoaded,
    WaveStarted,
    CommunicationsIssued,
    DeliveryReported,
    CommunicationsReturned,
    DispatchCompleted,
    ContactRecorded,
    ContactsRecorded,
    ContactCorrected,
    InformationVolunteered,
    InformationAssigned,
    InformationOverdue,
    ReferralRaised,
    CapacityChanged,
    ContactVolumeForecast,
    ContactVolumeExceeded,
    ContactVolumeBelow,
    ContactVolumeRecovered,
    RefitProposed,
    LoopTimeEnded,
    OutcomesRecorded,
    OutcomesAttributed,
    OutcomeCorrected,
    UnitsAllocated,
    UnitsSettled,
    UnitReturned,
    UnitOutcomes,
    EvaluationPublished,
    NoticeSent,
    NoticeFailed,
    NoticeAcknowledged,
    SessionsEnded,
)

__all__ = [
    "CONTRACTS",
    "AgreementChanged",
    "CampaignAmended",
    "CampaignApproved",
    "CampaignCompleted",
    "CampaignLaunched",
    "CampaignPaused",
    "CampaignRefused",
    "CampaignRejected",
    "CampaignResumed",
    "CampaignSlowed",
    "CampaignStopped",
    "CampaignSubmitted",
    "CapacityChanged",
    "ChannelsOffered",
    "CommunicationsIssued",
    "CommunicationsReturned",
    "ContactCorrected",
    "ContactRecorded",
    "ContactVolumeBelow",
    "ContactVolumeExceeded",
    "ContactVolumeForecast",
    "ContactVolumeRecovered",
    "ContactsRecorded",
    "Contract",
    "DeliveryReported",
    "DispatchCompleted",
    "EvaluationPublished",
    "FiguresChanged",
    "HelpAnswered",
    "HelpRequested",
    "InformationAssigned",
    "InformationOverdue",
    "InformationVolunteered",
    "LinesToTakePublished",
    "LoopTimeEnded",
    "NoticeAcknowledged",
    "NoticeFailed",
    "NoticeSent",
    "OutcomeCorrected",
    "OutcomesAttributed",
    "OutcomesRecorded",
    "PopulationLoaded",
    "ReferralRaised",
    "RefitProposed",
    "SessionsEnded",
    "UnitOutcomes",
    "UnitReturned",
    "UnitsAllocated",
    "UnitsSettled",
    "WaveStarted",
]
