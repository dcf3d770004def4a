"""Meanings of GOV.UK Notify's words for how far a notification has come."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from services.dispatcher.ledger.delivery import UNKNOWN, DeliveryReport

STATES = {
    "created": "accepted",
    "sending": "accepted",
    "accepted": "accepted",
    "pending": "dispatched",
    "sent": "dispatched",
    "received": "dispatched",
    "delivered": "delivered",
    "permanent-failure": "failed",
    "temporary-failure": "failed",
    "technical-failure": "failed",
    "cancelled": "failed",
    "validation-failed": "failed",
    "virus-scan-failed": "failed",
    "pending-virus-check": "accepted",
    "returned-letter": "returned",
}


@dataclass(frozen=True, slots=True)
class ReceiptToken:
    """The bearer token of receipts; None where no receipts are expected, and then none is taken."""

    value: SecretStr | None


def report_of(reference: str | None, status: str, at: datetime, provider_id: str) -> DeliveryReport | None:
    """Returns None for a receipt without one of our references. A status that is not known is kept as Notify's word."""
    if reference is None:
        return None
    state = STATES.get(status, UNKNOWN)
    said = None if state in ("accepted", "dispatched", "delivered") else status
    return DeliveryReport(reference, state, at, "notify", said, provider_id)
