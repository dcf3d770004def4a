"""Events of dispatcher about communications as they go out."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import StringConstraints

from shared.contracts.base import CampaignContract, Generation, Part, Tally
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


CustomerToken = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""Stands for a customer: the keyed blind index of their reference (with the campaign, where that gave it), which nobody
can undo without the key."""


class Issued(Part):
    """One communication that went to a channel. With `customer`, whoever has the key finds all of one customer's.

    `extra_support`: it was known beforehand that the customer needs it.
    """

    reference: LetterReference
    arm: Code
    language: Language
    customer: CustomerToken | None = None
    extra_support: bool = False


class CommunicationsIssued(CampaignContract):
    """The communications of one chunk that went out by one channel: enough to recognise a caller by letter reference.
    `failed` counts communications that the channel refused for good; they are not among `communications`. The tokens of
    customers are of `generation`.
    """

    event_type: ClassVar[str] = "communications.issued.v1"
    at_once: ClassVar[int | None] = 2
    wave: Number
    chunk: Number
    channel: Code
    communications: tuple[Issued, ...]
    suppressed_late: tuple[Tally, ...] = ()
    failed: tuple[Tally, ...] = ()
    lines_to_take: Number
    plan_version: Number
    generation: Generation = 1
    issued_at: Instant


class DeliveryReported(CampaignContract):
    """Somebody who carries communications says how far one has come. Reports come late, twice and out of order."""

    event_type: ClassVar[str] = "delivery.reported.v1"
    outside: ClassVar[bool] = True
    reference: LetterReference
    state: Literal["accepted", "dispatched", "delivered", "returned", "failed"]
    reason: Code | None = None
    provider: Code
    at: Instant


class CommunicationsReturned(CampaignContract):
    """A communication did not reach its customer: it came back (`returned`), or could not be delivered (`failed`)."""

    event_type: ClassVar[str] = "communications.returned.v1"
    reference: LetterReference
    arm: Code
    channel: Code
    state: Literal["returned", "failed"]
    reason: Code | None = None
    at: Instant


class ArmReconciliation(Part):
    """The results for the customers of one arm: `assigned` = `issued` + `failed` + `suppressed_late`. A control arm
    issues 0.
    """

    arm: Code
    control: bool
    assigned: Count
    issued: Count
    suppressed_late: Count
    failed: Count = 0


class DispatchCompleted(CampaignContract):
    """Nothing is left to issue: `rows` = `rejected` + `suppressed` + the sum of what each arm was assigned."""

    event_type: ClassVar[str] = "dispatch.completed.v1"
    rows: Count
    rejected: Count
    suppressed: Count
    arms: tuple[ArmReconciliation, ...]
    completed_at: Instant
