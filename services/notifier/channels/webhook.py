"""A notice as JSON to a team's own system, signed so that it can tell that it is ours and new."""

import hashlib
import hmac

import orjson

from services.notifier.channels.outgoing import Outgoing, Refused
from services.notifier.channels.web import WebSender
from services.notifier.rulebook.endpoints import Endpoints
from shared.clock import Clock

SIGNATURE = "OTM-Signature"


class NoSecret(Refused):
    code = "endpoint-without-secret"


class WebhookChannel:
    """Webhooks. `OTM-Signature: t=<unix seconds>,v1=<hex>`: HMAC-SHA256 over `<t>.<body>` with the endpoint's secret.

    `OTM-Delivery` is the same for every try of one notice, so that the receiver can drop one that comes again.
    """

    def __init__(self, endpoints: Endpoints, web: WebSender, clock: Clock) -> None:
        self._endpoints = endpoints
        self._web = web
        self._clock = clock

    async def send(self, outgoing: Outgoing) -> None:
        endpoint = self._endpoints[outgoing.notice.address]
        if endpoint.secret is None:
            raise NoSecret("a webhook's endpoint needs a secret to sign with")
        body = payload(outgoing)
        signature = signed(body, endpoint.secret.get_secret_value(), int(self._clock.now().timestamp()))
        headers = {SIGNATURE: signature, "OTM-Delivery": outgoing.notice.message_id}
        await self._web.post(endpoint.url.get_secret_value(), body, headers)


def payload(outgoing: Outgoing) -> bytes:
    notice = outgoing.notice
    return orjson.dumps(
        {
            "id": outgoing.notice.message_id,
            "notice": notice.id,
            "campaign": notice.campaign,
            "team": notice.team,
            "rule": notice.rule,
            "urgency": notice.urgency,
            "subject": notice.content.subject,
            "markdown": notice.content.markdown,
            "facts": dict(notice.facts),
            "dates": [date.model_dump(mode="json") for date in notice.content.dates],
            "acknowledge": outgoing.link,
            "created_at": notice.created_at,
        }
    )


def signed(body: bytes, secret: str, at: int) -> str:
    """Returns the signature of `body`. `at` is in Unix seconds: a receiver refuses what is older than five minutes."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"
