"""Progress of a communication after it was issued, whatever order its reports come in."""

from dataclasses import dataclass
from datetime import datetime

from services.dispatcher.ledger.entry import LedgerRecord
from services.dispatcher.schedule.chunk import Chunk
from shared.contracts import DeliveryReported

RANK = {"accepted": 1, "dispatched": 2, "delivered": 3, "failed": 4, "returned": 5}
"""The state is the highest that was ever reported: a letter that came back did not arrive, whatever was said since."""
UNKNOWN = "unknown"
"""State of a report whose word is not known here: kept and shown, and no progress."""
STATES = {rank: state for state, rank in RANK.items()}


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """`provider_id` is the provider's own name for the communication, if it gave one."""

    reference: str
    state: str
    at: datetime
    provider: str
    reason: str | None = None
    provider_id: str | None = None


def heard(event: DeliveryReported) -> DeliveryReport:
    return DeliveryReport(event.reference, event.state, event.at, event.provider, event.reason)


def waits(record: LedgerRecord, chunk: Chunk) -> bool:
    """Returns whether a communication is in the hands of a channel that takes a chunk whole, and has not yet."""
    return record.state == "issued" and not record.confirmed and record.channel not in chunk.out
