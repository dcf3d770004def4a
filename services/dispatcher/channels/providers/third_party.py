"""A third party that writes on our behalf: each batch is posted to it, signed."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from pydantic import SecretStr

from services.dispatcher.campaigns.capabilities import ChannelCapabilities
from services.dispatcher.channels.channel import Batch, SendClearance, Way
from services.dispatcher.channels.limits import Allowance
from services.dispatcher.customers.customer import FORMATS
from services.dispatcher.ledger.ports import SendLedger
from services.dispatcher.letters.communication import Communication
from shared.clock import Clock
from shared.errors import Permanent, Unavailable
from shared.letters.markup import in_markdown
from shared.network.trust import trust
from shared.values import Value

REPLY_SECONDS = 20.0  # seconds
PASSING = frozenset({408, 409, 425, 429})
UNCLEAR = frozenset({408, 409})
"""Refusals of a batch that may have been taken all the same: by an earlier posting, or by this one."""


class BatchRefused(Permanent):
    """The third party does not take the batch, and never will as it is."""

    code = "batch-refused"


class ThirdPartySettings(Value):
    url: str
    secret: SecretStr
    limits: Allowance = Allowance()


class ThirdParty:
    """`Otm-Signature` is `v1=` and the HMAC-SHA256, in hex, of `Otm-Timestamp`, a full stop, and the body.

    The timestamp (seconds since 1970) is that of the posting; the `Idempotency-Key` is the chunk's, so that a batch
    that comes again is known again.
    """

    one_by_one = False
    capabilities = ChannelCapabilities(frozenset(FORMATS), agent_copies=True)

    def __init__(self, settings: ThirdPartySettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    @asynccontextmanager
    async def reserved(self, batch: Batch, ledger: SendLedger) -> AsyncIterator[Way]:
        yield Way(self._send)

    async def _send(self, batch: Batch, clearance: SendClearance) -> None:
        body = await asyncio.to_thread(_body, batch)
        timestamp = str(int(self._clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": f"{batch.id}:{batch.channel}",
            "Otm-Timestamp": timestamp,
            "Otm-Signature": signature(self._settings.secret.get_secret_value(), timestamp, body),
        }
        await clearance.handing_over()
        try:
            async with httpx.AsyncClient(verify=trust(), timeout=REPLY_SECONDS) as client:
                answer = await client.post(self._settings.url, content=body, headers=headers)
        except httpx.HTTPError as error:
            if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
                await clearance.kept_back()
            raise Unavailable(f"the third party cannot be reached: {type(error).__name__}") from None
        if not (answer.is_success or answer.is_server_error or answer.status_code in UNCLEAR):
            await clearance.kept_back()
        if answer.is_server_error or answer.status_code in PASSING:
            raise Unavailable(f"the third party answered {answer.status_code}")
        if not answer.is_success:
            raise BatchRefused(f"the third party answered {answer.status_code}")

    async def look_back(self, batch: Batch, ledger: SendLedger) -> bool:
        """A third party cannot be asked what it has."""
        return False


def signature(secret: str, timestamp: str, body: bytes) -> str:
    return "v1=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _body(batch: Batch) -> bytes:
    return json.dumps(
        {
            "campaign": batch.campaign,
            "chunk": batch.chunk,
            "issued_at": batch.issued_at.isoformat(),
            "communications": [_described(communication) for communication in batch.communications],
        }
    ).encode()


def _described(c: Communication) -> dict[str, object]:
    described: dict[str, object] = {
        "letter_reference": c.reference,
        "customer_reference": c.customer.reference,
        "name": c.customer.name,
        "language": c.language,
        "format": c.format,
        "subject": c.subject,
        "body": c.marked_up(in_markdown),
    }
    if c.copy:
        described["agent_copy"] = {
            "name": c.copy.agent.name,
            "subject": c.copy.subject,
            "body": c.copy.marked_up(in_markdown),
        }
    return described
