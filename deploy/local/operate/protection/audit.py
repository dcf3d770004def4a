"""Looking at every audit trail: its own chain, and whether it still goes on from where it was the last time.

A trail is looked at range by range. How far that is, is noted after each: a look that was stopped goes on from there.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any, NamedTuple

from deploy.local.operate.protection.operations import ask, ask_all, replicas
from deploy.local.operate.protection.operators import OPERATIONS, address
from deploy.local.stack.files import one_at_a_time, write_whole
from deploy.local.stack.home import Home
from deploy.local.stack.services import SERVICES
from shared.storage.audit import MongoAuditTrail
from shared.storage.store import Store
from shared.trail import BEFORE_THE_FIRST

Answer = Mapping[str, Any]
UNDER_WAY = "under way"
NOTHING: Answer = {"entries": 0, "head": BEFORE_THE_FIRST}
ENTRIES_LOOKED_AT = 20_000
"""Entries of the operators' own trail in one range; a service says by itself how many it looks at."""


class Trail(NamedTuple):
    """`problem` is None for a whole one."""

    name: str
    entries: int
    problem: str | None


async def verify(home: Home) -> list[Trail]:
    """Verifies the trails of the four services and of the operators. Raises `StackError` when one does not answer."""
    with one_at_a_time(home.folder):
        heads = _Heads(home)
        await ask_all(home, "access", one_of_each=True)
        trails = []
        for name in (*SERVICES, "operators"):
            noted = heads.last(name)
            look = partial(_operators if name == "operators" else partial(_service, home, name), noted["entries"])
            answer = await heads.until_ended(name, look)
            trails.append(_judged(name, answer, noted))
            if not trails[-1].problem:
                heads.note(name, answer)
    return trails


class _Heads:
    """The end of each trail as it was the last time, and how far a look that is under way has come."""

    def __init__(self, home: Home) -> None:
        self._file = home.audit_heads
        self._kept: dict[str, Any] = json.loads(self._file.read_bytes()) if self._file.exists() else {}

    def last(self, name: str) -> Answer:
        known: Answer = self._kept.get(name, NOTHING)
        return known

    def note(self, name: str, answer: Answer) -> None:
        self._keep(name, answer)

    async def until_ended(self, name: str, look: Callable[[Answer], Awaitable[Answer]]) -> Answer:
        """Looks range after range; one that ends, broken or whole, is no longer under way."""
        place = f"{name} {UNDER_WAY}"
        answer = await look(self._kept.get(place, NOTHING))
        while not answer["ended"]:
            self._keep(place, answer)
            answer = await look(answer)
        if self._kept.pop(place, None):
            self._write()
        return answer

    def _keep(self, place: str, answer: Answer) -> None:
        self._kept[place] = {"entries": answer["entries"], "head": answer["head"]}
        self._write()

    def _write(self) -> None:
        write_whole(self._file, json.dumps(self._kept, indent=2).encode())


def _judged(name: str, answer: Answer, head: Answer) -> Trail:
    if answer["first_broken"] is not None:
        return Trail(name, answer["entries"], f"entry {answer['first_broken']} was changed, taken out or put in")
    if head["entries"] and answer["noted"] != head["head"]:
        return Trail(name, answer["entries"], f"entry {head['entries']} is not the one that was there the last time")
    return Trail(name, answer["entries"], None)


async def _service(home: Home, name: str, noted: int, since: Answer) -> Answer:
    asked = f"audit?noted={noted}&after={since['entries']}&link={since['head']}"
    answer: Answer = await ask(home, name, replicas(home)[name], asked)
    return answer


async def _operators(noted: int, since: Answer) -> Answer:
    store = Store(address("mongo"), OPERATIONS)
    try:
        trail = MongoAuditTrail(store["audit"])
        found = await trail.verified(since["entries"], since["head"], ENTRIES_LOOKED_AT)
        hash_then = await trail.hash_of(noted)
    finally:
        store.close()
    return asdict(found) | {"noted": hash_then}
