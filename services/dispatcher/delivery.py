"""How far a communication has come after it was issued, whatever order the reports of it come in."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts import DeliveryReported

RANK = {"accepted": 1, "dispatched": 2, "delivered": 3, "failed": 4, "returned": 5}
"""The state is the highest that was ever reported: a letter that came back did not arrive, whatever was said since."""
STATES = {rank: state for state, rank in RANK.items()}


@dataclass(frozen=True, slots=True)
class Report:
    """`provider_id` is the provider's own name for the communication, if it gave one."""

    reference: str
    state: str
    at: datetime
    provider: str
    reason: str | None = None
    provider_id: str | None = None


def heard(event: DeliveryReported) -> Report:
    return Report(event.reference, event.state, event.at, event.provider, event.reason)
