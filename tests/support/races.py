"""Races: two operations on one thing at the same moment must leave what one after the other leaves."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pytest
from motor.motor_asyncio import AsyncIOMotorCollection

from shared.storage.store import Store

S = TypeVar("S")
R = TypeVar("R")
Left = dict[str, Any]
MEETING_SECONDS = 0.2
"""Time that an operation waits, before its first write, for the other to come as far."""
TRY_AGAIN = 412
"""Told to a caller who came second to change something: it is as if they had not asked."""
WRITES = ("insert_one", "insert_many", "update_one", "update_many", "replace_one", "delete_one", "delete_many")


@dataclass(frozen=True)
class Race(Generic[R, S]):
    """Operations of a service, `R`, in a situation, `S`, that is made anew for each race. An operation returns the
    status of its answer; `left_by` returns what was left, without ids and instants."""

    situation: Callable[[R], Awaitable[S]]
    operations: Mapping[str, Callable[[R, S], Awaitable[int]]]
    left_by: Callable[[R, S], Awaitable[Left]]

    async def one_after_the_other(self, service: R, *names: str) -> Left:
        at = await self.situation(service)
        statuses = [await self.operations[name](service, at) for name in names]
        return await self.left_by(service, at) | {"done": [status < 300 for status in statuses]}

    async def at_once(self, service: R, replica: R, first: str, second: str) -> tuple[Left, list[int]]:
        at = await self.situation(service)
        with pytest.MonkeyPatch.context() as monkeypatch:
            Meeting(monkeypatch)
            running = (self.operations[first](service, at), self.operations[second](replica, at))
            statuses = list(await asyncio.gather(*running))
        return await self.left_by(service, at) | {"done": [status < 300 for status in statuses]}, statuses

    async def wrong(self, service: R, replica: R, first: str, second: str) -> list[str]:
        """Returns what a race on one replica, and one on two, left that no order of the two leaves."""
        right = await self._expected(service, first, second)
        found = []
        for where, other in (("one replica", service), ("two replicas", replica)):
            left, statuses = await self.at_once(service, other, first, second)
            alone = await self._alone(service, statuses, first, second)
            if max(statuses) >= 500 or left not in right + alone:
                found.append("\n  ".join((f"{first} and {second} on {where}: {statuses}", *differences(left, right))))
        return found

    async def _expected(self, service: R, first: str, second: str) -> list[Left]:
        forwards = await self.one_after_the_other(service, first, second)
        backwards = await self.one_after_the_other(service, second, first)
        return [forwards, backwards | {"done": backwards["done"][::-1]}]

    async def _alone(self, service: R, statuses: Sequence[int], *names: str) -> list[Left]:
        """Returns what one operation leaves where the other was told to try again, else nothing."""
        if TRY_AGAIN not in statuses:
            return []
        other = 1 - statuses.index(TRY_AGAIN)
        left = await self.one_after_the_other(service, names[other])
        return [left | {"done": [place == other for place in range(2)]}]


def differences(left: Any, right: Sequence[Any], at: str = "") -> list[str]:
    """Returns the places where what was left is none of what may be, and what stands there."""
    if isinstance(left, dict) and all(isinstance(each, dict) for each in right):
        names = sorted({*left, *(name for each in right for name in each)})
        return [
            line for name in names for line in differences(left.get(name), [e.get(name) for e in right], f"{at}.{name}")
        ]
    return [] if left == right[0] == right[-1] else [f"{at[1:]}: {left} beside {right}"]


class Meeting:
    """Two operations that wait for each other before their first write, in a transaction or without one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._here: set[object] = set()
        self._both = asyncio.Event()
        for owner, names in ((Store, ("commit",)), (AsyncIOMotorCollection, WRITES)):
            for name in names:
                monkeypatch.setattr(owner, name, self._after_meeting(getattr(owner, name)))

    def _after_meeting(self, write: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def write_together(*arguments: Any, **named: Any) -> Any:
            await self._wait()
            return await write(*arguments, **named)

        return write_together

    async def _wait(self) -> None:
        me = asyncio.current_task()
        if me in self._here:
            return
        self._here.add(me)
        if len(self._here) > 1:
            self._both.set()
        try:
            async with asyncio.timeout(MEETING_SECONDS):
                await self._both.wait()
        except TimeoutError:
            return
