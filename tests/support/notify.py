"""GOV.UK Notify as its documentation describes it, on this machine: the same addresses, answers and errors.

It checks the token, the template and the recipient, keeps to a rate and a daily limit, and remembers notifications by
id and reference. `fail_next` makes the next calls fail in the way named.
"""

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import jwt
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.serving import serving

SERVICE, SECRET = str(uuid4()), str(uuid4())
API_KEY = f"test-{SERVICE}-{SECRET}"
TEMPLATES = {"sms": str(uuid4()), "email": str(uuid4()), "letter": str(uuid4())}
PLACES = {"sms": {"body"}, "email": {"subject", "body"}, "letter": {"subject", "body"}}
LEAST_ADDRESS = 3  # lines of an address


@dataclass
class NotifyStandIn:
    """`a_minute` and `a_day`: how many it takes before it answers 429. `lost`: answers that never arrive, although
    the notification was taken. `hold_next`: how many it takes in hand and keeps only once `held` is set."""

    url: str = ""
    notifications: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    a_minute: int = 1_000_000
    a_day: int = 1_000_000
    fail_next: deque[int] = field(default_factory=deque)
    lose_next: int = 0
    hold_next: int = 0
    held: asyncio.Event = field(default_factory=asyncio.Event)
    calls: int = 0

    def of(self, reference: str) -> list[dict[str, Any]]:
        return [notification for notification in self.notifications if notification["reference"] == reference]

    async def post(self, request: Request) -> Response:
        self.calls += 1
        kind, body = request.path_params["kind"], await request.json()
        if (refused := self._refused(request, kind, body)) is not None:
            return refused
        if self.hold_next:
            self.hold_next -= 1
            await self.held.wait()
        notification = self._kept(kind, body)
        if self.lose_next:
            self.lose_next -= 1
            return _error(500, "Exception", "Internal server error")
        answer = {"id": notification["id"], "reference": body.get("reference"), "content": {"body": "as filled"},
                  "uri": f"{self.url}/v2/notifications/{notification['id']}",
                  "template": {"id": body["template_id"], "version": 1, "uri": self.url},
                  "scheduled_for": None}  # fmt: skip
        return JSONResponse(answer, 201)

    async def get(self, request: Request) -> Response:
        if (refused := self._unknown(request)) is not None:
            return refused
        for notification in self.notifications:
            if notification["id"] == request.path_params["id"]:
                return JSONResponse(notification)
        return _error(404, "NoResultFound", "No result found")

    async def list_(self, request: Request) -> Response:
        if (refused := self._unknown(request)) is not None:
            return refused
        wanted = request.query_params.get("reference")
        found = [n for n in self.notifications if wanted in (None, n["reference"])]
        return JSONResponse({"notifications": found[:250], "links": {"current": str(request.url)}})

    def _kept(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        now = datetime.now(UTC).isoformat()
        notification = {"id": str(uuid4()), "reference": body.get("reference"), "type": kind, "status": "created",
                        "email_address": body.get("email_address"), "phone_number": body.get("phone_number"),
                        "template": {"id": body["template_id"], "version": 1}, "created_at": now, "sent_at": None,
                        "completed_at": None}  # fmt: skip
        self.notifications.append(notification)
        self.bodies.append(body)
        return notification

    def _refused(self, request: Request, kind: str, body: dict[str, Any]) -> Response | None:
        if self.fail_next:
            return _error(self.fail_next.popleft(), "Exception", "Internal server error")
        if (unknown := self._unknown(request)) is not None:
            return unknown
        if len(self.notifications) >= self.a_day:
            return _error(429, "TooManyRequestsError", f"Exceeded send limits ({kind}: {self.a_day}) for today")
        if len(self.notifications) >= self.a_minute:
            return _error(
                429,
                "RateLimitError",
                f"Exceeded rate limit for key type TEST of {self.a_minute} requests per 60 seconds",
            )
        return _invalid(kind, body)

    def _unknown(self, request: Request) -> Response | None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        try:
            claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": True})
        except jwt.PyJWTError:
            return _error(403, "AuthError", "Invalid token: API key not found")
        return None if claims["iss"] == SERVICE else _error(403, "AuthError", "Invalid token: service not found")


def _invalid(kind: str, body: dict[str, Any]) -> Response | None:
    said = body.get("personalisation", {})
    if body.get("template_id") not in TEMPLATES.values():
        return _error(400, "BadRequestError", "Template not found")
    if missing := sorted(PLACES[kind] - said.keys()):
        return _error(400, "BadRequestError", f"Missing personalisation: {', '.join(missing)}")
    if kind == "sms" and not re.fullmatch(r"\+?[0-9]{10,15}", body.get("phone_number", "")):
        return _error(400, "ValidationError", "phone_number Not enough digits")
    if kind == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", body.get("email_address", "")):
        return _error(400, "ValidationError", "email_address Not a valid email address")
    if kind == "letter" and sum(bool(said.get(f"address_line_{n}")) for n in range(1, 8)) < LEAST_ADDRESS:
        return _error(400, "ValidationError", "Address must be at least 3 lines")
    return None


def _error(status: int, kind: str, message: str) -> Response:
    return JSONResponse({"status_code": status, "errors": [{"error": kind, "message": message}]}, status)


@asynccontextmanager
async def notify() -> AsyncIterator[NotifyStandIn]:
    stand_in = NotifyStandIn()
    routes = [
        Route("/v2/notifications/{kind:str}", stand_in.post, methods=["POST"]),
        Route("/v2/notifications/{id:str}", stand_in.get),
        Route("/v2/notifications", stand_in.list_),
    ]
    async with serving(uvicorn.Config(Starlette(routes=routes), port=0, log_config=None, lifespan="off")) as url:
        stand_in.url = url
        yield stand_in
