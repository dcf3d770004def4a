"""Meanings of GOV.UK Notify's words for how far a notification has come."""

import re
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


WORD_CHARACTERS = 60
_OTHER = re.compile(r"[^a-z0-9]+")


def word_of(status: str) -> str:
    """Returns Notify's word as a code: in small letters, with hyphens for all other signs, cut where it is long."""
    return _OTHER.sub("-", status.lower())[:WORD_CHARACTERS].strip("-") or "unreadable"


@dataclass(frozen=True, slots=True)
class ReceiptToken:
    """The bearer token of receipts; None where no receipts are expected, and then none is taken."""

    value: SecretStr | None


def report_of(reference: str | None, status: str, at: datetime, provider_id: str) -> DeliveryReport | None:
    """Returns None for a receipt without one of our references. A status that is not known is kept as Notify's word."""
    if reference is None:
        return None
    word = word_of(status)
    state = STATES.get(word, UNKNOWN)
    said = None if state in ("accepted", "dispatched", "delivered") else word
    return DeliveryReport(reference, state, at, "notify", said, provider_id)
