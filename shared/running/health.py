"""Whether a service lives, may be sent work, and what ails it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from shared.errors import OtmError
from shared.network.credentials import without_credentials

Check = Callable[[], Awaitable[None]]
State = Literal["ok", "degraded", "not-ready"]
ANSWER_SECONDS = 1.5
"""A check that takes longer counts as failed, so that a look as a whole is over within two seconds."""


@dataclass
class Health:
    """`essential` checks decide whether requests can be served; the `others` only whether all is well.

    A broker that is away is one of the others: writes are accepted and said later, so taking a service out of
    the balancer for it would lose what it still can do. `vital` checks fail where only a restart can help.
    """

    essential: dict[str, Check] = field(default_factory=dict)
    others: dict[str, Check] = field(default_factory=dict)
    vital: dict[str, Check] = field(default_factory=dict)
    stopping: bool = False
    _running: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def look(self) -> tuple[State, dict[str, str]]:
        """The state, and for each part `ok` or the error's own words. All parts are asked at the same time."""
        found = await self._ask(self.essential | self.others)
        if self.stopping or any(found[name] != "ok" for name in self.essential):
            return "not-ready", found
        return ("ok" if all(result == "ok" for result in found.values()) else "degraded"), found

    async def alive(self) -> dict[str, str]:
        """For each vital part `ok`, or why the process should be started again."""
        return await self._ask(self.vital)

    async def _ask(self, checks: dict[str, Check]) -> dict[str, str]:
        results = await asyncio.gather(*(self._result(name, check) for name, check in checks.items()))
        return dict(zip(checks, results, strict=True))

    async def _result(self, name: str, check: Check) -> str:
        """One check that hangs is waited for again by the next look, in place of one more that hangs."""
        task = self._running.get(name)
        if task is None or task.done():
            task = self._running[name] = asyncio.create_task(_made(check))
        done, _ = await asyncio.wait({task}, timeout=ANSWER_SECONDS)
        if not done:
            return f"no answer within {ANSWER_SECONDS:g} s"
        error = None if task.cancelled() else task.exception()
        return "cancelled" if task.cancelled() else "ok" if error is None else _words(error)


async def _made(check: Check) -> None:
    await check()


def _words(error: BaseException) -> str:
    """Our own errors quote codes and names; the text of any other is withheld."""
    return without_credentials(str(error)) if isinstance(error, OtmError) else type(error).__name__
