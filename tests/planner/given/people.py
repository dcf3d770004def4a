"""People around a campaign, each with a key of their own, as planner's API sees them."""

from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

import httpx

from deploy.local.demo import plan as demo
from shared.contracts import AgreementChanged
from shared.messaging.envelope import Envelope
from tests.planner.given.plans import GATES, LAUNCH, RESPOND_BY, TEAMS, plan
from tests.support.inside import Inside

REASON = {"reason": "as agreed with the helplines"}


class People:
    """People who act on one campaign, always on its present version."""

    def __init__(self, planner: Inside) -> None:
        self.planner = planner
        self._stack = AsyncExitStack()
        self._callers: dict[str, httpx.AsyncClient] = {}
        self.campaign = "/v1/campaigns/OTM-26-0001"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def by(self, subject: str) -> httpx.AsyncClient:
        if subject not in self._callers:
            self._callers[subject] = await self._stack.enter_async_context(self.planner.caller(subject))
        return self._callers[subject]

    async def do(self, subject: str, method: str, path: str, body: Any = None, seen: str | None = None) -> Any:
        """Returns any answer. `seen` is the ETag to send; without one, that of the present version."""
        caller = await self.by(subject)
        if seen is None:
            seen = (await caller.get(self.campaign)).headers.get("ETag", '"1"')
        return await caller.request(method, self.campaign + path, json=body, headers={"If-Match": seen})

    async def done(self, subject: str, method: str, path: str, body: Any = None) -> Any:
        """Returns the JSON of a good answer."""
        answer = await self.do(subject, method, path, body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def read(self, path: str = "", subject: str = "designer") -> Any:
        answer = await (await self.by(subject)).get(self.campaign + path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def decided(self) -> list[Envelope]:
        """Returns the events that planner has said so far, in order, but those about the agreement as it stands."""
        return [envelope for envelope in await self.planner.said() if envelope.type != AgreementChanged.event_type]

    async def said(self) -> list[str]:
        """Returns the types of these events, without their version, in order."""
        return [envelope.type.removesuffix(".v1") for envelope in await self.decided()]

    async def draft(self, **changes: Any) -> None:
        created = await (await self.by("designer")).post("/v1/campaigns", json=plan(**changes))
        assert created.status_code == 201, created.text
        self.campaign = created.headers["Location"]

    async def answer(self) -> None:
        for question, given in demo.answers(25_000, LAUNCH, RESPOND_BY).items():
            await self.done("designer", "PUT", f"/assessment/{question}", given)

    async def word(self, lines: Any = None) -> None:
        written = await self.done("designer", "PUT", "/lines-to-take", {"lines": lines or demo.LINES})
        version = written["proposed"]["version"]
        await self.done("lines-editor", "POST", f"/lines-to-take/{version}/approval", REASON)

    async def submit(self) -> Any:
        return await self.done("designer", "POST", "/submission")

    async def pass_gates(self, *gates: str) -> Any:
        for gate in gates or GATES:
            passed = await self.done(f"{gate}-lead", "POST", f"/gates/{gate}/approval", REASON)
        return passed

    async def sign_off(self) -> None:
        for team in TEAMS:
            await self.done(f"{team}-lead", "POST", f"/stakeholders/{team}/acknowledgement")

    async def approved(self, **changes: Any) -> None:
        await self.draft(**changes)
        await self.answer()
        await self.word()
        await self.submit()
        await self.pass_gates()

    async def live(self, **changes: Any) -> None:
        await self.approved(**changes)
        await self.sign_off()
        await self.done("designer", "POST", "/launch", REASON)
