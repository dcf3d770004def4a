"""The closing table: figures counted from each service's own store, and the checks that must hold."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

import aio_pika
import httpx
from pydantic import BaseModel

from deploy.catalogue import consumers
from deploy.local.demo.callers import letters_in
from deploy.local.demo.services import ServiceClients
from deploy.local.stack.home import Home
from shared.messaging.declaring import depths
from shared.messaging.topology import UNROUTED, queues
from shared.network.trust import trust

SERVICES = ("planner", "dispatcher", "intake", "notifier")


class LoopFigures(BaseModel):
    """Figures of the closed loop: contacts when it acted, those expected by then, and the letters a day since."""

    contacts: int
    expected: int
    slowed: int
    letters_a_day: int | None
    before: int


class Figures(BaseModel):
    """Counts of one campaign.

    `retries` counts tries again after a failure that might pass; `mails` are told apart by message id, and
    `mails_repeated` are those that came again.
    """

    loaded: int
    rejected: dict[str, int]
    suppressed: dict[str, int]
    issued: dict[str, int]
    control: int
    printed: int
    agent_copies: int
    letters_recognised: int
    contacts: dict[str, int]
    contacts_counted_by_planner: int
    volunteered: int
    referrals: dict[str, int]
    notices: dict[str, int]
    loop: LoopFigures
    mails: int
    mails_repeated: int
    retries: int
    dead_letters: int
    waiting: int
    unrouted: int
    unsaid: int


class Outcome(BaseModel):
    """Everything the demo came to. It went well only if every check holds."""

    campaign: str
    figures: Figures
    checks: dict[str, bool]
    seconds: float

    @property
    def holds(self) -> bool:
        return all(self.checks.values())


async def gather(clients: ServiceClients, campaign: str, urls: Mapping[str, str], home: Home) -> Figures:
    population = await clients.get("operator", "dispatcher", f"/v1/campaigns/{campaign}/population")
    dispatch = await clients.get("operator", "dispatcher", f"/v1/campaigns/{campaign}/dispatch")
    audit = await clients.get("operator", "dispatcher", f"/v1/campaigns/{campaign}/dispatch/audit")
    intake = await clients.get("operator", "intake", f"/v1/campaigns/{campaign}/contacts")
    progress = await clients.get("operator", "planner", f"/v1/campaigns/{campaign}/progress")
    notices = await clients.notices()
    metrics = await _metrics(urls)
    queues = await _queues(urls["amqp"])
    arrived = message_ids(home.mail)
    ledger = dispatch["ledger"]
    return Figures(
        loaded=population["rows"],
        rejected=_by_reason(population["rejected"]),
        suppressed=_by_reason(population["suppressed"]),
        issued={entry["arm"]: entry["count"] for entry in ledger if entry["state"] == "issued"},
        control=sum(entry["count"] for entry in ledger if entry["state"] == "control"),
        printed=len(letters_in(home.letters / campaign)),
        agent_copies=sum(sums["agent_copies"] for sums in audit["issued"].values()),
        letters_recognised=intake["letters_registered"],
        contacts=intake["contacts"],
        contacts_counted_by_planner=sum(r["count"] for r in progress["responses"] if r["kind"] == "contact"),
        volunteered=intake["volunteered"],
        referrals=intake["referrals"],
        notices=dict(Counter(notice["team"] for notice in notices if notice["state"] == "sent")),
        loop=await _loop(clients, campaign, notices),
        mails=len(set(arrived)),
        mails_repeated=len(arrived) - len(set(arrived)),
        retries=_metric(metrics, r'otm_messages_settled_total\{how="retried".*'),
        dead_letters=queues["dead"],
        waiting=queues["waiting"],
        unrouted=queues["unrouted"],
        unsaid=_metric(metrics, r"otm_outbox_rows"),
    )


def checks(figures: Figures, letters: Path, reported: int, launch_told: bool) -> dict[str, bool]:
    """The conditions that must hold at the end, by their meaning."""
    references, copies = letters_in(letters), letters_in(letters, "agent")
    issued = sum(figures.issued.values())
    rejected, suppressed = sum(figures.rejected.values()), sum(figures.suppressed.values())
    return {
        "every customer is accounted for": figures.loaded == rejected + suppressed + figures.control + issued,
        "every communication was issued once": issued == len(references) == len(set(references)),
        "every agent's copy was printed once": figures.agent_copies
        == len(copies)
        == len(set(copies) & set(references)),
        "every print file is as its manifest says": all(_as_manifest_says(m) for m in letters.glob("*.manifest.json")),
        "no control was contacted": "control" not in figures.issued and figures.control > 0,
        "every letter is recognised": figures.letters_recognised == issued,
        "every contact was stored once": sum(figures.contacts.values()) == reported,
        "every contact was counted once": figures.contacts_counted_by_planner == reported,
        "helplines and press knew before launch": launch_told,
        "the loop slowed the campaign, once": figures.loop.slowed == 1 and bool(figures.loop.letters_a_day),
        "every notice arrived": figures.mails == sum(figures.notices.values()),
        "every event was consumed": not (figures.waiting or figures.unrouted or figures.unsaid),
        "nothing is in the dead letters": figures.dead_letters == 0,
    }


async def _loop(clients: ServiceClients, campaign: str, notices: Iterable[dict[str, Any]]) -> LoopFigures:
    found = await clients.get("operator", "planner", f"/v1/campaigns/{campaign}")
    history = await clients.get("operator", "planner", f"/v1/campaigns/{campaign}/history")
    told: dict[str, Any] = next((notice["facts"] for notice in notices if notice["rule"] == "volumes-exceeded"), {})
    return LoopFigures(
        contacts=told.get("contacts", 0),
        expected=told.get("expected", 0),
        slowed=sum(change["step"] == "slow" and change["by"] == "closed-loop" for change in history),
        letters_a_day=found["steering"]["daily_limit"],
        before=found["plan"]["daily_limit"],
    )


async def _metrics(urls: Mapping[str, str]) -> str:
    """Totals over every replica of every service."""
    async with httpx.AsyncClient(verify=trust()) as http:
        replicas = [url for name, url in urls.items() if name.startswith(SERVICES)]
        return "\n".join([(await http.get(f"{url}/metrics")).text for url in replicas])


async def _queues(amqp_url: str) -> dict[str, int]:
    connection = await aio_pika.connect(amqp_url)
    async with connection:
        found = await depths(connection, [queue.name for queue in queues(consumers())])
    dead = {name: depth for name, depth in found.items() if name.endswith(".dead")}
    return {
        "unrouted": found[UNROUTED].messages,
        "dead": sum(depth.messages for depth in dead.values()),
        "waiting": sum(depth.messages for name, depth in found.items() if name not in dead and name != UNROUTED),
    }


def message_ids(mails: Path) -> list[str]:
    """Counts over every message that the mail sink took."""
    parser = BytesHeaderParser()
    return [str(parser.parsebytes(file.read_bytes())["Message-ID"]) for file in mails.glob("*.eml")]


def _by_reason(tallies: Iterable[dict[str, object]]) -> dict[str, int]:
    return {str(tally["reason"]): int(str(tally["count"])) for tally in tallies}


def _metric(text: str, pattern: str) -> int:
    return round(sum(float(value) for value in re.findall(rf"^{pattern} ([0-9.e+]+)$", text, re.MULTILINE)))


def _as_manifest_says(manifest: Path) -> bool:
    said = json.loads(manifest.read_text())
    data = (manifest.parent / said["file"]).read_bytes()
    return bool(len(data) == said["bytes"] and hashlib.sha256(data).hexdigest() == said["sha256"])
