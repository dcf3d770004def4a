"""Answers that begin while the request is still being read."""

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send


class AnswerWhileReading(StreamingResponse):
    """Its iterator reads the request's body. Nobody else may listen for a disconnect then, as a plain
    `StreamingResponse` does: it would take parts of the body and throw them away."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.stream_response(send)
