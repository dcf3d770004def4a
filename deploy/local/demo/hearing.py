"""Waiting until what was reported to intake has been heard by the services that count it."""

from typing import Any

from deploy.local.demo.notices import DIGESTS
from deploy.local.demo.services import ServiceClients, until


async def until_heard(
    clients: ServiceClients, campaign: str, contacts: dict[str, Any], known: int, patience: float
) -> None:
    """Planner has heard of every contact, notifier of every referral and disclosure: one digest has them all."""
    raised = sum(contacts["referrals"].values()) + contacts["volunteered"]

    async def heard() -> int:
        progress = await clients.get("operator", "planner", f"/v1/campaigns/{campaign}/progress")
        return sum(response["count"] for response in progress["responses"] if response["kind"] == "contact")

    async def gathered() -> int:
        found = await clients.get("operator", "notifier", f"/v1/notices/gathered?campaign={campaign}")
        return sum(int(found.get(rule, 0)) for rule in DIGESTS)

    await until(heard, lambda count: count >= known, "the contacts to be counted", patience)
    await until(gathered, lambda count: count >= raised, "all that is passed on to be heard", patience)
