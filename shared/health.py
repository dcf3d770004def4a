"""Whether a service lives, may be sent work, and what ails it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

Check = Callable[[], Awaitable[None]]
State = Literal["ok", "degraded", "not-ready"]


@dataclass
class Health:
    """`essential` checks decide whether requests can be served; the `others` only whether all is well.

    A broker that is away is one of the others: writes are accepted and said later, so taking a service out of
    the balancer for it would lose what it still can do.
    """

    essential: dict[str, Check] = field(default_factory=dict)
    others: dict[str, Check] = field(default_factory=dict)
    stopping: bool = False

    async def look(self) -> tuple[State, dict[str, str]]:
        """The state, and for each part `ok` or what is wrong with it."""
        found = {name: await _result(check) for name, check in (self.essential | self.others).items()}
        if self.stopping or any(found[name] != "ok" for name in self.essential):
            return "not-ready", found
        return ("ok" if all(result == "ok" for result in found.values()) else "degraded"), found


async def _result(check: Check) -> str:
    try:
        await check()
    except Exception as error:
        return type(error).__name__
    return "ok"
