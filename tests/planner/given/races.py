"""Operations on a campaign at the same moment, by people and by events, and the states that they leave."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from functools import partial
from itertools import count
from typing import Any

from deploy.local.demo import plan as demo
from services.planner.campaign import Campaign
from services.planner.handlers import Handlers
from services.planner.repository import MongoCampaigns
from shared.clock import Clock
from shared.contracts import (
    CommunicationsReturned,
    ContactRecorded,
    ContactVolumeExceeded,
    Contract,
    DispatchCompleted,
    NoticeAcknowledged,
    PopulationLoaded,
    WaveStarted,
)
from shared.errors import Stale
from shared.events import Event
from shared.idempotency import Request
from shared.identifiers import derived_id
from tests.planner.given.hearing import handlers, heard
from tests.planner.given.plans import GATES, LAUNCH, RESPOND_BY
from tests.support.inside import Inside
from tests.support.races import Left
from tests.support.samples import sample

REASON = {"reason": "as agreed with the helplines"}
HELP = {"team": "press-office", "question": "Which words for the second letter?"}
POLICY = {"policy": {"action": "slow", "slow_to": 0.5, "resume": "when-recovered"}, **REASON}
ANSWER = next(iter(demo.answers(25_000, LAUNCH, RESPOND_BY).items()))
KEPT = ("state", "version", "plan_version", "approvals", "acknowledged", "steering", "daily_limit", "plan", "answers")
OF_THE_HOUR = {"at", "approved_at", "acknowledged_at", "started_at", "decided_at", "expires_at", "asked_at",
               "since"}  # fmt: skip
OF_ITS_OWN = {"regime", "digests"}
"""Each situation has a regime of its own, which is in the digests of what gates have seen."""
_numbers = count(1_000)

Operation = Callable[[Inside, str], Coroutine[Any, Any, int]]


async def situation(planner: Inside, campaign: Campaign) -> str:
    """Keeps a campaign of this kind under a reference of its own, in a regime where no other clashes with it."""
    number = next(_numbers)
    reference = f"OTM-26-{number}"
    plan = campaign.plan.model_copy(update={"regime": f"regime-{number}"})
    kept = campaign.model_copy(update={"reference": reference, "plan": plan})
    repository = MongoCampaigns(planner.service.store, planner.part(Clock))
    await repository.add(kept, Request(id=derived_id("request", str(number)), digest="0" * 64))
    return reference


def asks(subject: str, method: str, path: str, body: Any = None) -> Operation:
    """Reads the version first, as people do, and asks by it."""

    async def operation(planner: Inside, reference: str) -> int:
        async with planner.caller(subject) as caller:
            path_of_it = f"/v1/campaigns/{reference}"
            read = (await caller.get(path_of_it)).json() if callable(body) else {}
            seen = (await caller.get(path_of_it)).headers["ETag"]
            sent = body(read) if callable(body) else body
            answer = await caller.request(method, path_of_it + path, json=sent, headers={"If-Match": seen})
        return answer.status_code

    return operation


def hears(hear: Callable[[Handlers, Event[Any]], Coroutine[Any, Any, None]], contract: type[Contract]) -> Operation:
    """As the bus does: heard again when somebody changed the campaign meanwhile."""

    async def operation(planner: Inside, reference: str) -> int:
        event = heard(sample(contract, campaign=reference))
        while True:
            try:
                await hear(handlers(planner), event)
            except Stale:
                await asyncio.sleep(0.01)
            else:
                return 200

    return operation


def amended(campaign: dict[str, Any]) -> dict[str, Any]:
    return {**campaign["plan"], "title": "Another title for landlords"}


OPERATIONS: dict[str, Operation] = {
    "pause": asks("designer", "POST", "/pause", REASON),
    "stop": asks("designer", "POST", "/stop", REASON),
    "resume": asks("designer", "POST", "/resumption", REASON),
    "launch": asks("designer", "POST", "/launch", REASON),
    "steer": asks("designer", "PUT", "/steering", POLICY),
    "slow": asks("designer", "PUT", "/daily-limit", {"daily_limit": 100, **REASON}),
    "complete": asks("designer", "POST", "/completion", REASON),
    "amend": asks("designer", "PUT", "/plan", amended),
    "answer": asks("designer", "PUT", f"/assessment/{ANSWER[0]}", ANSWER[1]),
    "word": asks("designer", "PUT", "/lines-to-take", {"lines": demo.LINES}),
    "submit": asks("designer", "POST", "/submission"),
    "reject": asks(f"{GATES[0]}-lead", "POST", "/rejection", {**REASON, "instead": "one-to-one"}),
    "pass": asks(f"{GATES[1]}-lead", "POST", f"/gates/{GATES[1]}/approval", REASON),
    "return": asks(f"{GATES[1]}-lead", "POST", f"/gates/{GATES[1]}/return", REASON),
    "approve-lines": asks("lines-editor", "POST", "/lines-to-take/2/approval"),
    "help": asks("designer", "POST", "/help", HELP),
    "know": asks("press-office-lead", "POST", "/stakeholders/press-office/acknowledgement"),
    "population": hears(Handlers.note_population, PopulationLoaded),
    "wave": hears(Handlers.note_wave, WaveStarted),
    "dispatched": hears(Handlers.note_dispatch, DispatchCompleted),
    "contact": hears(Handlers.count_contact, ContactRecorded),
    "returned": hears(Handlers.note_returned, CommunicationsReturned),
    "exceeded": hears(Handlers.steer_exceeded, ContactVolumeExceeded),
    "acknowledged": hears(Handlers.note_acknowledgement, NoticeAcknowledged),
}


async def left_by(planner: Inside, reference: str) -> Left:
    store = planner.service.store
    campaign = await store["campaigns"].find_one({"_id": reference}) or {}
    history = [entry async for entry in store["history"].find({"campaign": reference})]
    async with planner.caller("designer") as designer:
        progress = (await designer.get(f"/v1/campaigns/{reference}/progress")).json()
    said = [envelope.type for envelope in await planner.said() if envelope.subject == reference]
    return {
        "campaign": _timeless({name: campaign.get(name) for name in KEPT}, reference),
        "history": sorted((entry["step"], entry["by"]) for entry in history),
        "progress": _timeless(progress, reference),
        "said": sorted(said),
    }


def _timeless(value: Any, reference: str) -> Any:
    text = json.dumps(value, default=str, sort_keys=True).replace(reference, "REFERENCE")
    return _without(json.loads(text), OF_THE_HOUR | OF_ITS_OWN)


def _without(value: Any, names: set[str]) -> Any:
    if isinstance(value, dict):
        return {name: _without(each, names) for name, each in value.items() if name not in names}
    return [_without(each, names) for each in value] if isinstance(value, list) else value


def made(campaign: Callable[[], Campaign]) -> Callable[[Inside], Coroutine[Any, Any, str]]:
    return partial(_made, campaign)


async def _made(campaign: Callable[[], Campaign], planner: Inside) -> str:
    return await situation(planner, campaign())
