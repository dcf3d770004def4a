"""Looking at every audit trail: seals made of what is there, the main chain and each other chain, and whether the main
chain still goes on from where it was the last time.

A trail is looked at range by range. How far that is, is noted after each: a look that was stopped goes on from there.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from deploy.local.operate.protection.operations import ask, ask_all, replicas
from deploy.local.operate.protection.operators import OPERATIONS, address
from deploy.local.stack.files import one_at_a_time, write_whole
from deploy.local.stack.home import Home
from deploy.local.stack.services import SERVICES
from shared.storage.audit.chain import Chain
from shared.storage.audit.looking import main_verified
from shared.storage.store import Store
from shared.trail import BEFORE_THE_FIRST, Verified

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
        trails = [await _verified(heads, name, partial(_asked, home, name)) for name in SERVICES]
        return [*trails, await _verified(heads, "operators", _operators)]


Ask = Callable[[str, Mapping[str, Any]], Awaitable[Answer]]


async def _verified(heads: "_Heads", name: str, ask: Ask) -> Trail:
    """Seals first, so that the end which is noted speaks for everything that is there."""
    await ask("seals", {})
    noted = heads.last(name)
    main = await heads.until_ended(name, lambda since: ask("", since | {"noted": noted["entries"]}))
    chains = await heads.until_ended(f"{name} chains", lambda since: ask("chains", since))
    entries = main["entries"] + chains["entries"]
    if problem := main["broken"] or chains["broken"]:
        return Trail(name, entries, problem)
    if noted["entries"] and main["noted"] != noted["head"]:
        return Trail(name, entries, f"entry {noted['entries']} is not the one that was there the last time")
    heads.note(name, main)
    return Trail(name, entries, None)


class _Heads:
    """The end of each main chain as it was the last time, and how far a look that is under way has come."""

    def __init__(self, home: Home) -> None:
        self._file = home.audit_heads
        self._kept: dict[str, Any] = json.loads(self._file.read_bytes()) if self._file.exists() else {}

    def last(self, name: str) -> Answer:
        """Returns the number of the last entry, as `entries`, and its hash."""
        known: Answer = self._kept.get(name, NOTHING)
        return known

    def note(self, name: str, answer: Answer) -> None:
        self._keep(name, {"entries": answer["after"], "head": answer["head"]})

    async def until_ended(self, name: str, look: Callable[[dict[str, Any]], Awaitable[Answer]]) -> Answer:
        """Looks range after range; one that ends, broken or whole, is no longer under way. Returns the last answer,
        with the entries of all."""
        place = f"{name} {UNDER_WAY}"
        kept = self._kept.get(place, {})
        since: dict[str, Any] = dict(kept) if "after" in kept else {}
        while True:
            looked_at = since.pop("entries", 0)
            answer = await look(since)
            answer = {**answer, "entries": looked_at + answer["entries"]}
            if answer["ended"]:
                break
            since = {"after": answer["after"], "link": answer["head"], "entries": answer["entries"]}
            self._keep(place, since)
        if self._kept.pop(place, None):
            self._write()
        return answer

    def _keep(self, place: str, kept: Mapping[str, Any]) -> None:
        self._kept[place] = dict(kept)
        self._write()

    def _write(self) -> None:
        write_whole(self._file, json.dumps(self._kept, indent=2).encode())


async def _asked(home: Home, name: str, path: str, asked: Mapping[str, Any]) -> Answer:
    """Returns the service's answer; the seals are made by being asked for."""
    found = "audit" + (f"/{path}" if path else "") + (f"?{urlencode(asked)}" if asked else "")
    answer: Answer = await ask(home, name, replicas(home)[name], found, make=path == "seals")
    return answer


async def _operators(path: str, asked: Mapping[str, Any]) -> Answer:
    """Returns the same of the operators' own trail, which is a main chain alone: they write one at a time."""
    if path:
        return asdict(Verified(0, "", ""))
    store = Store(address("mongo"), OPERATIONS)
    try:
        after, link = asked.get("after", 0), asked.get("link", BEFORE_THE_FIRST)
        found = await main_verified(store["audit"], store["audit"], None, b"", after, link, ENTRIES_LOOKED_AT)
        return asdict(found) | {"noted": await Chain(store["audit"]).hash_of(asked["noted"])}
    finally:
        store.close()
