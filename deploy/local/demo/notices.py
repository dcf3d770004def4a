"""Notices of the demo's campaign: the teams that were told, and when."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

DIGESTS = ("referrals", "disclosures")


def told(notices: Iterable[dict[str, Any]], rules: Collection[str] = ()) -> set[str]:
    """The teams that were sent something; by these rules only, if any are given."""
    return {n["team"] for n in notices if n["state"] == "sent" and (not rules or n["rule"] in rules)}


def noticed_before(notices: Iterable[dict[str, Any]], launch: datetime) -> bool:
    """Tells whether helplines and press had their notice before the launch."""
    told = {n["team"] for n in notices if n["state"] == "sent" and datetime.fromisoformat(n["created_at"]) < launch}
    return {"customer-services", "press-office"} <= told


def counted(tallies: Iterable[dict[str, Any]]) -> int:
    return sum(tally["count"] for tally in tallies)
