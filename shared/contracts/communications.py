"""What dispatcher says about communications as they go out."""

from datetime import date
from typing import ClassVar

from shared.contracts.base import CampaignContract, Part, Tally
from shared.contracts.campaigns import Language
from shared.values import Code, Count, Instant, LetterReference, Number


class WaveStarted(CampaignContract):
    """The day's share of the schedule is going out, in the chunks named."""

    event_type: ClassVar[str] = "wave.started.v1"
    wave: Number
    on: date
    chunks: tuple[Number, ...]
    communications: Count
    started_at: Instant


class Issued(Part):
    """One communication that went to a channel."""

    reference: LetterReference
    arm: Code
    language: Language


class CommunicationsIssued(CampaignContract):
    """One chunk is out: enough for anyone to recognise a caller by letter reference."""

    event_type: ClassVar[str] = "communications.issued.v1"
    wave: Number
    chunk: Number
    channel: Code
    communications: tuple[Issued, ...]
    suppressed_late: tuple[Tally, ...] = ()
    lines_to_take: Number
    plan_version: Number
    issued_at: Instant


class ArmReconciliation(Part):
    """What became of the customers of one arm: `assigned` = `issued` + `suppressed_late`; a control arm issues 0."""

    arm: Code
    control: bool
    assigned: Count
    issued: Count
    suppressed_late: Count


class DispatchCompleted(CampaignContract):
    """Nothing is left to issue: `rows` = `rejected` + `suppressed` + the sum of what each arm was assigned."""

    event_type: ClassVar[str] = "dispatch.completed.v1"
    rows: Count
    rejected: Count
    suppressed: Count
    arms: tuple[ArmReconciliation, ...]
    completed_at: Instant
