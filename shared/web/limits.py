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
            return await problem(413, "too-large", f"at most {limit} bytes are accepted here")(scope, receive, send)
        return await self._app(scope, _counted(receive, limit), send)

    def _limit(self, path: str) -> int:
        return max((limit for ending, limit in self._limits.items() if path.endswith(ending)), default=DEFAULT)


def _counted(receive: Receive, limit: int) -> Receive:
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise TooLarge(f"at most {limit} bytes are accepted here")
        return message

    return counted
