"""Looking at every audit trail: its own chain, and whether it still goes on from where it was the last time."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from deploy.local.operate.protection.operations import ask, ask_all, replicas
from deploy.local.operate.protection.operators import OPERATIONS, address
from deploy.local.stack.files import one_at_a_time, write_whole
from deploy.local.stack.home import Home
from deploy.local.stack.services import SERVICES
from shared.storage.audit import MongoAuditTrail
from shared.storage.store import Store

Answer = Mapping[str, Any]


class Trail(NamedTuple):
    """`problem` is None for a whole one."""

    name: str
    entries: int
    problem: str | None


async def verify(home: Home) -> list[Trail]:
    """Verifies the trails of the four services and of the operators. Raises `StackError` when one does not answer."""
    with one_at_a_time(home.folder):
        heads: dict[str, dict[str, Any]] = (
            json.loads(home.audit_heads.read_bytes()) if home.audit_heads.exists() else {}
        )
        found = {}
        await ask_all(home, "access", one_of_each=True)
        for name in SERVICES:
            found[name] = await ask(
                home, name, replicas(home)[name], f"audit?noted={heads.get(name, {}).get('entries', 0)}"
            )
        found["operators"] = await _operators(heads.get("operators", {}).get("entries", 0))
        trails = [_judged(name, answer, heads.get(name)) for name, answer in found.items()]
        good = {trail.name: found[trail.name] for trail in trails if not trail.problem}
        kept = {name: {"entries": answer["entries"], "head": answer["head"]} for name, answer in good.items()}
        write_whole(home.audit_heads, json.dumps(heads | kept, indent=2).encode())
    return trails


def _judged(name: str, answer: Answer, head: Answer | None) -> Trail:
    if answer["first_broken"] is not None:
        return Trail(name, answer["entries"], f"entry {answer['first_broken']} was changed, taken out or put in")
    if head and head["entries"] and answer["noted"] != head["head"]:
        return Trail(name, answer["entries"], f"entry {head['entries']} is not the one that was there the last time")
    return Trail(name, answer["entries"], None)


async def _operators(noted: int) -> Answer:
    store = Store(address("mongo"), OPERATIONS)
    try:
        trail = MongoAuditTrail(store["audit"])
        found = await trail.verified()
        hash_then = await trail.hash_of(noted)
    finally:
        store.close()
    return {"entries": found.entries, "first_broken": found.first_broken, "head": found.head, "noted": hash_then}
