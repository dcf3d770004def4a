"""A site with many campaigns and communications: planner and intake, on a broker and a store of their own."""

import asyncio
import itertools
import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import aio_pika
import httpx

from deploy.local.demo import plan as demo
from deploy.local.stack.environment import Wiring
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from deploy.local.stack.services import Services
from services.planner.agreement.gates_file import load_gates
from shared.clock import ShiftedClock
from shared.contracts import CommunicationsIssued
from shared.customers.letter_reference import letter_reference
from shared.events import first_event
from shared.messaging.envelope import sealed, to_message
from shared.messaging.topology import EVENTS

DESIGNED = datetime(2026, 8, 10, 9, 0, tzinfo=UTC)
LAUNCH, RESPOND_BY = date(2026, 9, 7), date(2026, 10, 30)
LOOKED_AT = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
GATES = tuple(gate.code for gate in load_gates()["default"].gates)
TEAMS = ("customer-services", "debt-management", "press-office")
REASON = {"reason": "as agreed with the helplines"}
CHUNK = 500
CONTACTS = 3_000
KEY = b"pages"
STATES = ("draft", "submitted", "submitted", "approved", "live")
"""The states of the campaigns, one after the other."""


@dataclass
class Site:
    """`references` are those of the campaigns, by their state."""

    home: Home
    urls: dict[str, str]
    references: dict[str, list[str]] = field(default_factory=dict)
    issued: int = 0

    def letter(self, number: int) -> str:
        return letter_reference(number, KEY)


@asynccontextmanager
async def running(campaigns: int, communications: int) -> AsyncIterator[Site]:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        home.prepare()
        ShiftedClock(home.clock).shift_to(DESIGNED)
        async with Infrastructure(home) as ground:
            wiring = Wiring(amqp_url=ground.amqp_url, mongo_url=ground.mongo_url, smtp_port=0)
            async with Services(home, wiring, names=("planner", "intake")) as services:
                site = Site(home, services.urls())
                await _plan(site, campaigns)
                ShiftedClock(home.clock).shift_to(LOOKED_AT)
                await _issue(site, ground.amqp_url, communications)
                await _call(site)
                yield site


async def _plan(site: Site, campaigns: int) -> None:
    keys: dict[str, str] = json.loads(site.home.credentials.read_bytes())
    for number, state in zip(range(campaigns), itertools.cycle(STATES), strict=False):
        async with httpx.AsyncClient(base_url=site.urls["planner"], timeout=60) as client:
            reference = await _Designing(client, keys).campaign(number, state)
        site.references.setdefault(state, []).append(reference)


class _Designing:
    """People who bring a campaign to a state, each with a key of their own."""

    def __init__(self, client: httpx.AsyncClient, keys: dict[str, str]) -> None:
        self._client, self._keys = client, keys
        self._path, self._tag = "/v1/campaigns", ""

    async def campaign(self, number: int, state: str) -> str:
        plan = demo.plan(25_000, LAUNCH, RESPOND_BY) | {"regime": f"regime-{number}"}
        self._path = (await self._do("designer", "POST", "", plan)).headers["Location"]
        for question, given in demo.answers(25_000, LAUNCH, RESPOND_BY).items():
            await self._do("designer", "PUT", f"/assessment/{question}", given)
        await self._do("designer", "PUT", "/lines-to-take", {"lines": demo.LINES})
        if state != "draft":
            await self._do("lines-editor", "POST", "/lines-to-take/1/approval", REASON)
            await self._do("designer", "POST", "/submission")
            for gate in GATES if state != "submitted" else GATES[: number % len(GATES)]:
                await self._do(f"{gate}-lead", "POST", f"/gates/{gate}/approval", REASON)
        if state == "live":
            for team in TEAMS:
                await self._do(f"{team}-lead", "POST", f"/stakeholders/{team}/acknowledgement")
            await self._do("designer", "POST", "/launch", REASON)
        return self._path.rpartition("/")[2]

    async def _do(self, by: str, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._keys[by]}", **({"If-Match": self._tag} if self._tag else {})}
        answer = await self._client.request(method, self._path + path, json=body, headers=headers)
        assert answer.is_success, answer.text
        self._tag = answer.headers.get("ETag", self._tag)
        return answer


async def _issue(site: Site, amqp_url: str, communications: int) -> None:
    """Says that so many communications went out, as dispatcher does, and waits until intake has registered them."""
    async with await aio_pika.connect(amqp_url) as connection:
        exchange = await (await connection.channel()).get_exchange(EVENTS)
        live = itertools.cycle(site.references["live"])
        for chunk, start in enumerate(range(0, communications, CHUNK), 1):
            numbers = range(start, min(start + CHUNK, communications))
            event = first_event(_chunk(site, next(live), chunk, numbers), "dispatcher", LOOKED_AT)
            await exchange.publish(to_message(sealed(event)), event.type)
    site.issued = communications
    keys: dict[str, str] = json.loads(site.home.credentials.read_bytes())
    last, headers = site.letter(communications - 1), {"Authorization": f"Bearer {keys['helpline']}"}
    async with httpx.AsyncClient(base_url=site.urls["intake"], headers=headers) as client:
        while (await client.get(f"/v1/letters/{last}")).status_code != httpx.codes.OK:
            await asyncio.sleep(0.5)


def _chunk(site: Site, campaign: str, chunk: int, numbers: Sequence[int]) -> CommunicationsIssued:
    issued_on = datetime.combine(LAUNCH + timedelta(days=chunk % 3), datetime.min.time(), UTC) + timedelta(hours=6)
    communications = [
        {
            "reference": site.letter(number),
            "arm": ("plain", "social-norm")[number % 2],
            "language": "en",
            "customer": f"{number:032x}",
        }
        for number in numbers
    ]
    return CommunicationsIssued.model_validate(
        {"campaign": campaign, "wave": 1, "chunk": chunk, "channel": "print", "communications": communications,
         "lines_to_take": 1, "plan_version": 1, "issued_at": issued_on}
    )  # fmt: skip


async def _call(site: Site) -> None:
    """Customers who called this morning."""
    keys: dict[str, str] = json.loads(site.home.credentials.read_bytes())
    lines = [
        {
            "letter_reference": site.letter(number * 7 % site.issued),
            "channel": "phone",
            "reason": ("help-to-act", "why-me", "cannot-pay")[number % 3],
            "received_at": (LOOKED_AT - timedelta(seconds=3 * number)).isoformat(),
        }
        for number in range(CONTACTS)
    ]
    async with httpx.AsyncClient(base_url=site.urls["intake"], timeout=120) as client:
        headers = {"Authorization": f"Bearer {keys['helpline']}"}
        content = "\n".join(map(json.dumps, lines)).encode()
        (await client.post("/v1/contacts/batch", content=content, headers=headers)).raise_for_status()
