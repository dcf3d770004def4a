"""The demo's campaign planned, agreed to and launched, by many people, each with a key of their own."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import httpx

from deploy.local.demo.plan import LINES, STEERING, answers, plan
from deploy.local.demo.services import ServiceClients, UnexpectedAnswerError, good

FORBIDDEN, CONFLICT, STALE = 403, 409, 412
TRIES = 20
TO_SIGN_OFF = ("customer-services", "debt-management", "press-office")


class Planning:
    """Every step may be taken again after an answer that was lost: what is done already is left as it is."""

    def __init__(self, clients: ServiceClients, name: str = "demo") -> None:
        self._clients = clients
        self._name = name
        self.campaign = ""

    async def draft(self, customers: int, launch: date, respond_by: date, **changes: Any) -> dict[str, Any]:
        """Create the campaign, its plan with fields changed, answer the questions, write the lines to take. Gives the
        plan."""
        planned = plan(customers, launch, respond_by) | changes
        headers = {"Idempotency-Key": f"{self._name}-{launch}"}
        created = await self._clients.call(
            "designer", "POST", "planner", "/v1/campaigns", body=planned, headers=headers
        )
        self.campaign = good(created).json()["reference"]
        for question, answer in answers(customers, launch, respond_by).items():
            await self.as_seen("designer", "PUT", f"/assessment/{question}", answer)
        if not (await self.read("/lines-to-take"))["published"]:
            written = await self.as_seen("designer", "PUT", "/lines-to-take", {"lines": LINES})
            version = written["proposed"]["version"]
            await self.as_seen("lines-editor", "POST", f"/lines-to-take/{version}/approval", {"reason": "Clear"})
        return planned

    async def missing(self, step: str) -> list[str]:
        """The fields that stand against `submission` or `launch`."""
        return [problem["field"] for problem in (await self.read(f"/{step}"))["problems"]]

    async def submit(self) -> None:
        await self._step("submission", {}, "submitted")

    async def refused_to_author(self) -> str:
        """The answer to an author who tries to pass a gate."""
        answer = await self.attempt("designer", "POST", "/gates/senior-agreement/approval", {"reason": "Mine"})
        if answer.status_code != FORBIDDEN:
            raise UnexpectedAnswerError(f"the author's own approval was answered {answer.status_code}")
        return str(answer.json()["title"])

    async def pass_gates(self) -> list[str]:
        """Every gate, each by its own lead. Gives their codes, in order."""
        gates = await self.gates()
        for gate in gates:
            await self.pass_gate(gate)
        return gates

    async def gates(self) -> list[str]:
        """Gives the codes of all gates, in the order in which they are passed."""
        return [standing["gate"]["code"] for standing in await self.read("/gates")]

    async def pass_gate(self, gate: str) -> None:
        if any(s["why_open"] for s in await self.read("/gates") if s["gate"]["code"] == gate):
            await self.as_seen(f"{gate}-lead", "POST", f"/gates/{gate}/approval", {"reason": "Sound and fair"})

    async def sign_off(self) -> None:
        """The teams that it will hit say that they know."""
        for team in TO_SIGN_OFF:
            await self.as_seen(f"{team}-lead", "POST", f"/stakeholders/{team}/acknowledgement", {})

    async def set_policy(self, steering: Mapping[str, Any] = STEERING) -> None:
        if (await self.read(""))["steering"]["policy"] != steering["policy"]:
            await self.as_seen("designer", "PUT", "/steering", dict(steering))

    async def launch(self) -> None:
        await self._step("launch", {"reason": "Everyone knows, everything is agreed"}, "live")

    async def hold(self) -> None:
        await self._step("pause", {"reason": "To see what the first letters bring"}, "paused")

    async def go_on(self) -> None:
        await self._step("resumption", {"reason": "Nothing stands against the second wave"}, "live")

    async def read(self, path: str) -> Any:
        return await self._clients.get("designer", "planner", f"/v1/campaigns/{self.campaign}{path}")

    async def _step(self, path: str, body: dict[str, Any], state: str) -> None:
        if (await self.read(""))["state"] != state:
            await self.as_seen("designer", "POST", f"/{path}", body)
        if (found := (await self.read(""))["state"]) != state:
            raise UnexpectedAnswerError(f"{self.campaign} should be {state}, and is {found}")

    async def as_seen(self, subject: str, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """On the version that is there."""
        answer = await self.attempt(subject, method, path, body)
        if answer.status_code == CONFLICT:  # done already, by a try whose answer was lost
            return dict(await self.read(""))
        return dict(good(answer).json())

    async def attempt(self, subject: str, method: str, path: str, body: Any) -> httpx.Response:
        """Any answer, on the version that is there; again when another change came first."""
        url = f"/v1/campaigns/{self.campaign}{path}"
        for _ in range(TRIES):
            headers = {"If-Match": f'"{(await self.read(""))["version"]}"'}
            answer = await self._clients.call(subject, method, "planner", url, body=body, headers=headers)
            if answer.status_code != STALE:
                return answer
        raise UnexpectedAnswerError(f"{self.campaign} never stays as it was seen")
