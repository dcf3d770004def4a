"""Signed bodies that are too large to hold in memory: nothing is done with any of it until the signature over all of it
is found to be right."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request

from shared.principal import Principal
from shared.web.bodies.spool import Spool, SpoolRoom
from shared.web.callers.access import allowed
from shared.web.callers.signing import Signatures, SignedContent
from shared.web.dependencies import part


@dataclass(frozen=True, slots=True)
class SignedStream:
    """A body that is whole and that `caller` signed."""

    caller: Principal
    _spool: Spool

    def chunks(self) -> AsyncIterator[bytes]:
        return self._spool.chunks()


def signed_stream(*scopes: str) -> Callable[..., AsyncIterator[SignedStream]]:
    """A dependency: what a caller sent who holds one of `scopes` and signed it. It is kept until the answer is sent."""

    async def check(
        request: Request,
        caller: Annotated[Principal, Depends(allowed(*scopes))],
        signatures: Annotated[Signatures, Depends(part(Signatures))],
        room: Annotated[SpoolRoom, Depends(part(SpoolRoom))],
        otm_signature: Annotated[str | None, Header(description="key=…, at=…, nonce=…, hmac=…")] = None,
    ) -> AsyncIterator[SignedStream]:
        announced = signatures.announced(caller.subject, otm_signature)  # who has no key fills no disk
        with room.spool() as spool:
            await spool.fill(request.stream(), signatures.seconds_left(announced))
            await signatures.expect_kept(announced, SignedContent.asked(request, spool.sha256))
            yield SignedStream(caller, spool)

    return check
