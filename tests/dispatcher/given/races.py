"""Operations on a campaign and on a customer of it at the same moment, and the states that they leave."""

import asyncio
import csv
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from services.dispatcher.own_messages import AllocationDue, ChunkDue
from shared.contracts import (
    CampaignApproved,
    CampaignLaunched,
    CampaignPaused,
    CampaignResumed,
    CampaignSlowed,
    CampaignStopped,
    Contract,
)
from shared.errors import OtmError, Transient
from tests.dispatcher.given.decisions import LAUNCH
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.known_customers import line, send_list
from tests.dispatcher.given.people import file, row
from tests.dispatcher.given.subjects import ask, whom
from tests.support.clocks import NOON
from tests.support.inside import Inside
from tests.support.races import Left
from tests.support.samples import sample

CUSTOMERS = 6
TRIES = 3_000
WAVES = [{"number": 1, "on": "2026-09-07", "size": 100}]
_numbers = count(2_000)


@dataclass(frozen=True)
class Dispatch:
    """A replica of dispatcher, and its rules with a clock that is moved."""

    inside: Inside
    desk: Desk
    letters: Path


@dataclass(frozen=True)
class Situation:
    """A launched campaign of six customers in one chunk that is due; `treated` is one who is to be written to."""

    campaign: str
    load: str
    treated: int


async def situation(at: Dispatch) -> Situation:
    number = next(_numbers)
    reference, first = f"OTM-26-{number}", number * 10
    await at.desk.hear.approve(heard(sample(CampaignApproved, campaign=reference, waves=WAVES)))
    async with at.inside.caller("analyst") as analyst:
        people = file([row(first + n) for n in range(CUSTOMERS)])
        loaded = (await analyst.put(f"/v1/campaigns/{reference}/population", content=people)).json()
    await at.desk.hear.allocate(heard(AllocationDue(campaign=reference, load=loaded["load"])))
    await at.desk.hear.launch(
        heard(CampaignLaunched.model_validate(LAUNCH | {"campaign": reference, "version": 2, "plan_version": 1}))
    )
    at.desk.clock.instant = NOON
    while await at.desk.scheduling.start_due_waves():
        pass
    chunk = await at.desk.repository.chunk(reference, 1)
    treated = next(each.row for each in chunk.assignments if each.arm == "plain")
    return Situation(reference, loaded["load"], first + treated - 1)


Operation = Callable[[Dispatch, Situation], Coroutine[Any, Any, int]]


def hears(method: str, said: Callable[[Situation], Contract]) -> Operation:
    """As the bus does: what may pass is tried again, and what is permanent is a dead letter."""

    async def operation(at: Dispatch, situation: Situation) -> int:
        event = heard(said(situation))
        for _ in range(TRIES):
            try:
                await getattr(at.desk.hear, method)(event)
            except Transient:
                await asyncio.sleep(0.01)
            except OtmError as error:
                return error.status
            else:
                return 200
        return 500

    return operation


def decision(method: str, kind: type[Contract], version: int, **further: Any) -> Operation:
    return hears(method, lambda at: sample(kind, campaign=at.campaign, version=version, **further))


def privacy(what: str, **further: str) -> Operation:
    async def operation(at: Dispatch, situation: Situation) -> int:
        for _ in range(TRIES):
            answer = await ask(at.inside, what, {"whom": whom(situation.treated), **further})
            if "ask again" not in answer.text:
                return answer.status_code
            await asyncio.sleep(0.02)  # as it says: when the chunk is out
        return 500

    return operation


def asks(send: Callable[[Dispatch, Situation], Coroutine[Any, Any, httpx.Response]]) -> Operation:
    async def operation(at: Dispatch, situation: Situation) -> int:
        return (await send(at, situation)).status_code

    return operation


def _list(at: Situation) -> str:
    return f"list-{at.campaign.lower()}"


async def _unlist(at: Dispatch, situation: Situation) -> httpx.Response:
    async with at.inside.caller("analyst") as analyst:
        return await analyst.delete(f"/v1/suppression-lists/{_list(situation)}")


async def _load(at: Dispatch, situation: Situation) -> httpx.Response:
    async with at.inside.caller("analyst") as analyst:
        path = f"/v1/campaigns/{situation.campaign}/population"
        return await analyst.put(path, content=file([row(situation.treated)]))


OPERATIONS: dict[str, Operation] = {
    "issue": hears("issue_chunk", lambda at: ChunkDue(campaign=at.campaign, chunk=1)),
    "amend": hears("approve", lambda at: sample(CampaignApproved, campaign=at.campaign, waves=WAVES, plan_version=2)),
    "pause": decision("pause", CampaignPaused, 3),
    "resume": decision("resume", CampaignResumed, 4),
    "stop": decision("stop", CampaignStopped, 6),
    "slow": decision("slow", CampaignSlowed, 5, daily_limit=50),
    "allocate": hears("allocate", lambda at: AllocationDue(campaign=at.campaign, load=at.load)),
    "list": asks(lambda at, s: send_list(at.inside, _list(s), line(s.treated))),
    "unlist": asks(_unlist),
    "restrict": privacy("restrict", reason="legal-claim"),
    "lift": privacy("lift", reason="settled"),
    "erase": privacy("erase", ground="objection"),
    "load": asks(_load),
}


def _printed(folder: Path) -> list[str]:
    """Returns who have letters that are handed over: each by the last figure of their number."""
    found = []
    for manifest in folder.glob("*.manifest.json"):
        with manifest.with_name(manifest.name.replace(".manifest.json", ".csv")).open(newline="") as text:
            found += [record["name"][-1] for record in csv.DictReader(text)]
    return found


async def left_by(at: Dispatch, situation: Situation) -> Left:
    """Returns what is left. A chunk that was settled and not handed over, because the campaign was paused or stopped in
    between, is as good as untouched: it is judged anew when it goes on."""
    store = at.desk.store
    campaign = await at.desk.repository.campaign(situation.campaign)
    chunk = await store["chunks"].find_one({"_id": f"{situation.campaign}:000001"}) or {}
    waits = bool(chunk.get("settled")) and not (chunk.get("handed_over") or chunk["finished"])
    entries = [] if waits else await store["communications"].find({"campaign": situation.campaign}).to_list(None)
    export = await ask(at.inside, "export", whom(situation.treated))
    holdings = set(export.json().get("holdings", {})) - ({"communications", "undertaken"} if waits else set())
    return {
        "campaign": (campaign.status, campaign.plan.plan_version, campaign.decision.daily_limit, len(campaign.waves)),
        "chunk": (chunk.get("finished"), sorted(chunk.get("out", ())), sorted(chunk.get("left_out", ()))),
        "ledger": sorted((e["row"], e["state"], e.get("reason") or "", e["plan"], "customer" in e) for e in entries),
        "letters": sorted(_printed(at.letters / situation.campaign)),
        "export": (sorted(holdings), bool(export.json().get("restricted"))),
    }
