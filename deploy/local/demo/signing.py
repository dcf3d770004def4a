"""Request signing, as an authentication for httpx."""

import base64
import json
from collections.abc import Generator

import httpx

from deploy.local.stack.home import Home
from shared.clock import SystemClock
from shared.web.callers.signing import HEADER, SignedContent, signature


class Signing(httpx.Auth):
    """Signs each request anew with the first signing key that the stack's keyring has for `subject`."""

    requires_request_body = True

    def __init__(self, home: Home, subject: str) -> None:
        keys = json.loads(home.keyring.read_bytes())["signing"]
        self._id, key = next((name, key) for name, key in keys.items() if key["subject"] == subject)
        self._secret = base64.b64decode(key["secret"])

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        target, key = request.url.raw_path.decode("latin-1"), request.headers.get("Idempotency-Key", "")
        content = SignedContent.of(request.method, target, request.content, key)
        request.headers[HEADER] = signature(self._id, self._secret, content, SystemClock().now())
        yield request
