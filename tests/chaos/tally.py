"""All that came of a campaign, counted from each service's own store, the print files and the mails that arrived."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from deploy.local.demo.callers import letters_in
from deploy.local.demo.figures import message_ids
from deploy.local.demo.services import ServiceClients
from deploy.local.stack.home import Home


@dataclass(frozen=True)
class Tally:
    """`counts` are the same for every campaign of the same size. `mails_again` are mails that arrived more than once
    under the same Message-ID: a notifier that dies while a mail server takes a mail cannot know that it did."""

    counts: Counter[str]
    mails_again: int = 0

    def lost(self, expected: "Tally") -> Counter[str]:
        return expected.counts - self.counts

    def doubled(self, expected: "Tally") -> Counter[str]:
        return self.counts - expected.counts


async def tally(clients: ServiceClients, home: Home, campaign: str, reported: int) -> Tally:
    counts = await _issued(clients, home, campaign)
    counts += await _heard(clients, campaign, reported)
    sent = [notice for notice in await _notices(clients, campaign) if notice["state"] == "sent"]
    counts.update(f"notice {notice['rule']} to {notice['team']}" for notice in sent)
    ids = [notice["id"] for notice in sent]
    arrived = Counter(found.strip("<>").partition("@")[0] for found in message_ids(home.mail))
    counts["mails"] = sum(arrived[each] > 0 for each in ids)
    return Tally(counts, sum(max(0, arrived[each] - 1) for each in ids))


async def _issued(clients: ServiceClients, home: Home, campaign: str) -> Counter[str]:
    dispatch = await clients.get("operator", "dispatcher", f"/v1/campaigns/{campaign}/dispatch")
    audit = await clients.get("operator", "dispatcher", f"/v1/campaigns/{campaign}/dispatch/audit")
    printed = letters_in(home.letters / campaign)
    counts = Counter({f"{row['state']} in arm {row['arm']}": row["count"] for row in dispatch["ledger"]})
    counts["letters"] = len(set(printed))
    counts["letters printed again"] = len(printed) - len(set(printed))
    counts["findings of the audit"] = len(audit["findings"])
    return counts


async def _heard(clients: ServiceClients, campaign: str, reported: int) -> Counter[str]:
    """Contacts by those who answered for them, who keep them and who count them."""
    intake = await clients.get("operator", "intake", f"/v1/campaigns/{campaign}/contacts")
    found = await clients.get("operator", "planner", f"/v1/campaigns/{campaign}")
    progress = await clients.get("operator", "planner", f"/v1/campaigns/{campaign}/progress")
    gathered = await clients.get("operator", "notifier", f"/v1/notices/gathered?campaign={campaign}")
    counts = Counter({f"referrals to {team}": count for team, count in intake["referrals"].items()})
    counts.update({f"gathered for {rule}": count for rule, count in gathered.items()})
    counts["contacts answered for"] = reported
    counts["contacts kept"] = sum(intake["contacts"].values())
    counts["contacts counted"] = sum(r["count"] for r in progress["responses"] if r["kind"] == "contact")
    counts["letters recognised"] = intake["letters_registered"]
    counts["volunteered"] = intake["volunteered"]
    counts[f"campaign {found['state']}"] = 1
    return counts


async def _notices(clients: ServiceClients, campaign: str) -> list[dict[str, Any]]:
    page = await clients.get("operator", "notifier", f"/v1/notices?limit=200&campaign={campaign}")
    assert page["next"] is None
    return list(page["notices"])
