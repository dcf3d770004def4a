"""Store: whether it takes writes, whether it has transactions, its clock and its version."""

from datetime import UTC, datetime
from typing import Any

from deploy.local.errors import StackError
from deploy.local.operate.doctor.clock import drift_of
from deploy.local.operate.doctor.finding import Finding
from deploy.local.operate.stack.status import without_password
from deploy.local.store.trouble import greeting, store_trouble

SECONDS = 4.0
WRITES = "free disk where the store keeps its data, or start it again; writes over HTTP are refused with 503 meanwhile"
TRANSACTIONS = "make it a replica set (`rs.initiate()`): the services need transactions"


async def examined(mongo_url: str) -> list[Finding]:
    """Writes one small document, and asks who answers."""
    trouble = await store_trouble(mongo_url, SECONDS)
    if trouble:
        return [Finding(part="store", words=f"{without_password(mongo_url)} {trouble}", remedy=WRITES)]
    found = [Finding(part="store", words=f"{without_password(mongo_url)} takes writes")]
    try:
        hello, version = await greeting(mongo_url, SECONDS)
    except StackError as error:
        return [*found, Finding(part="store", words=str(error), remedy=WRITES)]
    whole = "" if hello.get("setName") or hello.get("msg") == "isdbgrid" else TRANSACTIONS
    found.append(Finding(part="store version", words=f"{version}, {_kind(hello)}", remedy=whole))
    at = hello.get("localTime")
    return [*found, drift_of("store", at.replace(tzinfo=UTC))] if isinstance(at, datetime) else found


def _kind(hello: dict[str, Any]) -> str:
    members = len(hello.get("hosts", ()))
    return f"replica set of {members}" if hello.get("setName") else "no replica set"
