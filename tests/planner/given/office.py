"""Planner's real app in this process, on the real store, for tests that are not coroutines: people, events and time."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any, Self, TypeVar

import httpx

from deploy.local.stack.access import create
from services.planner.app import build_app
from services.planner.campaign import Campaign
from services.planner.repository import MongoCampaigns
from services.planner.settings import Settings
from shared.clock import Clock
from shared.errors import Stale
from shared.idempotency import Request
from tests.planner.given.hearing import handlers, heard
from tests.planner.given.plans import GATES, TEAMS
from tests.support.inside import Corner, Inside, inside
from tests.support.samples import sample

T = TypeVar("T")
GATES_OF_ALL = (*GATES, "customer-managers")
TEAMS_OF_ALL = (*TEAMS, "letter-issuer", "disclosure-team", "communications", "design-community")
PEOPLE = (
    "designer",
    "helper",
    "lines-editor",
    *(f"{gate}-lead" for gate in GATES),
    *(f"{team}-lead" for team in TEAMS),
)
FRESH = tuple(f"stand-in-{number}" for number in range(1, 16))
"""People who have touched nothing yet."""
ALL_SCOPES = [
    *("campaigns:read", "campaigns:write", "campaigns:approve", "lines:approve", "trials:analyse", "capacity:write"),
    *(f"gates:{gate}" for gate in GATES_OF_ALL),
    *(f"teams:{team}" for team in TEAMS_OF_ALL),
]
"""Everybody may do everything: what is refused is refused by a rule about the campaign."""
_numbers = count(1)


class Office:
    """People who call planner one after the other, each with every scope. Nobody's call may fail with 500."""

    def __init__(
        self, runner: asyncio.Runner, planner: Inside, caller: httpx.AsyncClient, keys: dict[str, str]
    ) -> None:
        self._runner = runner
        self._planner = planner
        self._caller = caller
        self._keys = keys
        self.calls = 0

    @classmethod
    @contextmanager
    def open(cls, corner: Corner, **further: Any) -> Iterator[Self]:
        now = datetime.now(UTC)
        entries = {
            person: {"subject": person, "kind": "person", "scopes": ALL_SCOPES, "rate": 100_000}
            for person in (*PEOPLE, *FRESH)
        }
        keys = {person: create(corner.home, entry, None, now) for person, entry in entries.items()}
        with asyncio.Runner() as runner:
            stack = AsyncExitStack()
            service = build_app(corner.settings(Settings, **further))
            planner = runner.run(stack.enter_async_context(inside(service, corner)))
            caller = runner.run(stack.enter_async_context(planner.caller(None)))
            yield cls(runner, planner, caller, keys)
            runner.run(stack.aclose())

    def move_clock(self, instant: datetime) -> None:
        self._planner.move_clock(instant)

    def call(self, person: str, method: str, path: str, body: Any = None, seen: int | None = None) -> httpx.Response:
        """Returns any answer but one that says that planner has failed."""
        headers = {"Authorization": f"Bearer {self._keys[person]}"} | ({"If-Match": f'"{seen}"'} if seen else {})
        self.calls += 1
        answer: httpx.Response = self._run(self._caller.request(method, path, json=body, headers=headers))
        assert answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR, f"{method} {path}: {answer.text}"
        return answer

    def views(self) -> list[str]:
        """Returns the paths of all that can be read of a campaign by its reference alone, and of all campaigns."""
        paths = self._planner.service.api.openapi()["paths"].items()
        read = [path for path, operations in paths if path.startswith("/v1") and "get" in operations]
        return [path for path in read if "{" not in path.replace("{reference}", "")]

    def keep(self, campaign: Campaign, regime: str) -> str:
        """Keeps a campaign that came about in some other way, and returns its reference."""
        number = next(_numbers)
        reference = f"OTM-25-{number:04}"
        plan = campaign.plan.model_copy(update={"regime": regime})
        kept = campaign.model_copy(update={"reference": reference, "plan": plan})
        repository = MongoCampaigns(self._planner.service.store, self._planner.part(Clock))
        self._run(repository.add(kept, Request(id=f"office-{number}", digest="0" * 64)))
        return reference

    def hear(self, handler: Any, contract: Any, campaign: str, **facts: Any) -> None:
        """Lets planner hear an event as the bus does: again, where somebody changed the campaign meanwhile."""
        event = heard(sample(contract, campaign=campaign, **facts))
        for _ in range(3):
            try:
                self._run(handler(handlers(self._planner), event))
            except Stale:
                continue
            return

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)
