"""How much anyone may send: counted as it arrives, so that memory stays bounded whatever the headers claim."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import TooLarge
from shared.web.problems import problem

DEFAULT = 1_000_000  # bytes


class SizeLimit:
    """Refuses bodies beyond the limit of their path (the longest matching ending), or beyond `DEFAULT`."""

    def __init__(self, app: ASGIApp, limits: Mapping[str, int]) -> None:
        self._app = app
        self._limits = dict(limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        limit = self._limit(scope["path"])
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > limit:
            return await _refusal(limit)(scope, receive, send)
        return await _Counted(scope, receive, send, limit).run(self._app)

    def _limit(self, path: str) -> int:
        return max((limit for ending, limit in self._limits.items() if path.endswith(ending)), default=DEFAULT)


class _Counted:
    """One request whose body is counted. Once it is too long, that is the answer, whatever the application says."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._limit = limit
        self._received = 0
        self._refused = False

    async def run(self, app: ASGIApp) -> None:
        await app(self._scope, self._count, self._answer)

    async def _count(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > self._limit:
            raise TooLarge(f"at most {self._limit} bytes are accepted here")
        return message

    async def _answer(self, message: Message) -> None:
        if self._received <= self._limit:
            await self._send(message)
        elif not self._refused:
            self._refused = True
            await _refusal(self._limit)(self._scope, self._receive, self._send)


def _refusal(limit: int) -> ASGIApp:
    return problem(413, "too-large", f"at most {limit} bytes are accepted here")
