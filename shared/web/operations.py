"""Operations of every service for its operators and their machines: health, metrics, keys in use, the audit trail."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.responses import Response

from shared.principal import Principal
from shared.running.health import Health
from shared.storage.outbox import Aside, Outbox
from shared.storage.reencryption import ReEncryption
from shared.trail import BEFORE_THE_FIRST, AuditTrail
from shared.web.callers.access import allowed
from shared.web.callers.usage import Usage
from shared.web.dependencies import part

Operator = Annotated[Principal, Depends(allowed("operations:read"))]
Mender = Annotated[Principal, Depends(allowed("operations:write"))]
Trail = Annotated[AuditTrail, Depends(part(AuditTrail))]
Keys = Annotated[ReEncryption, Depends(part(ReEncryption))]

ENTRIES_LOOKED_AT = 20_000
"""Entries of the trail, and ends of chains in its seals, that one request looks at: about a second."""

router = APIRouter(tags=["operations"])


@router.get("/health/live", responses={503: {"content": {"application/json": {}}, "description": "Start it again"}})
async def live(health: Annotated[Health, Depends(part(Health))]) -> Response:
    """Whether the process works: 503 when it has lost its consumers for a minute while the broker can be reached.

    Says nothing of the store or the broker: restarting would not help them.
    """
    parts = await health.alive()
    alive = all(result == "ok" for result in parts.values())
    return JSONResponse(
        {"status": "ok" if alive else "not-alive", **({} if alive else {"parts": parts})}, 200 if alive else 503
    )


@router.get("/health/ready", responses={503: {"content": {"application/json": {}}, "description": "Not now"}})
async def ready(health: Annotated[Health, Depends(part(Health))], wholly: bool = False) -> Response:
    """Whether to send requests here: 200 when they can be served, else 503.

    While the broker is away requests are still served (`degraded`); with `wholly` that is a 503 as well.
    """
    state, parts = await health.look()
    well = state == "ok" if wholly else state != "not-ready"
    return JSONResponse({"status": state, "parts": parts}, 200 if well else 503)


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(registry: Annotated[CollectorRegistry, Depends(part(CollectorRegistry))]) -> Response:
    """Prometheus text."""
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/v1/operations/access")
async def last_used(_caller: Operator, usage: Annotated[Usage, Depends(part(Usage))]) -> dict[str, str]:
    """When each access key was last used here, by its id."""
    return {key: at.isoformat() for key, at in (await usage.last_used()).items()}


@router.get("/v1/operations/keys")
async def encryption_keys(_caller: Operator, keys: Keys) -> dict[str, Any]:
    """The key that this process encrypts with, and how far what was encrypted before is brought under it."""
    return await keys.progress()


@router.get("/v1/operations/keys/{key}")
async def values_under(
    key: Annotated[str, Path(pattern="^[A-Za-z0-9]{1,8}$")], _caller: Operator, keys: Keys
) -> dict[str, Any]:
    """How many values are encrypted with that key, counted now: it takes a while."""
    return {"key": key, "values": await keys.under(key)}


@router.get("/v1/operations/outbox")
async def outbox_aside(_caller: Operator, outbox: Annotated[Outbox, Depends(part(Outbox))]) -> list[Aside]:
    """Events that are stored and that the broker refuses: why, and when each is tried again. At most 1,000."""
    return await outbox.aside()


@router.post("/v1/operations/outbox/retries")
async def retry_outbox(_caller: Mender, outbox: Annotated[Outbox, Depends(part(Outbox))]) -> dict[str, int]:
    """Has all of them tried at once, in place of at their times, once the reason is gone. Returns how many."""
    return {"rows": await outbox.retry()}


@router.get("/v1/operations/audit")
async def audit(
    _caller: Operator,
    trail: Trail,
    after: Annotated[int, Query(ge=0, le=10**12)] = 0,
    link: Annotated[str, Query(pattern="^[0-9a-f]{64}$")] = BEFORE_THE_FIRST,
    noted: Annotated[int | None, Query(ge=0, le=10**12)] = None,
) -> dict[str, Any]:
    """Whether the main chain of the audit trail, and what its seals say, is whole after the entry of number `after`,
    whose hash is `link`, for the next 20,000; where it has not `ended`, ask on from `after` and `head`. With the hash
    of the entry `noted`."""
    found = await trail.verified(after, link, ENTRIES_LOOKED_AT)
    return asdict(found) | {"noted": await trail.hash_of(noted) if noted is not None else None}


@router.get("/v1/operations/audit/chains")
async def audit_chains(
    _caller: Operator,
    trail: Trail,
    after: Annotated[str, Query(pattern="^([0-9a-f-]{36}:[0-9]{12})?$")] = "",
    link: Annotated[str, Query(pattern="^([0-9a-f]{64})?$")] = "",
) -> dict[str, Any]:
    """Whether the chains of all processes are whole after that place, for the next 20,000 entries; where that has not
    `ended`, ask on from `after` and `head`."""
    return asdict(await trail.chains_verified(after, link, ENTRIES_LOOKED_AT))


@router.post("/v1/operations/audit/seals")
async def seal(_caller: Mender, trail: Trail) -> dict[str, int]:
    """Seals what every process has written up to now. Returns the number of the main chain's last entry."""
    return {"after": await trail.seal()}
