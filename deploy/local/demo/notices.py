"""Notices of the demo's campaign: the teams that were told, and when."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

DIGESTS = ("referrals", "disclosures")


def told(notices: Iterable[dict[str, Any]], digests: bool = False) -> set[str]:
    """The teams that were sent something; of digests only, if asked."""
    return {n["team"] for n in notices if n["state"] == "sent" and (not digests or n["rule"] in DIGESTS)}


def noticed_before(notices: Iterable[dict[str, Any]], launch: datetime) -> bool:
    """Tells whether helplines and press had their notice before the launch."""
    told = {n["team"] for n in notices if n["state"] == "sent" and datetime.fromisoformat(n["created_at"]) < launch}
    return {"customer-services", "press-office"} <= told


def counted(tallies: Iterable[dict[str, Any]]) -> int:
    return sum(tally["count"] for tally in tallies)
