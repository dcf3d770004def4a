"""The small middlewares between a message and its handler."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from faststream import BaseMiddleware, ContextRepo
from faststream.message import StreamMessage

from shared.running.tracing import conversation

Next = Callable[[Any], Awaitable[Any]]


class ConversationMiddleware(BaseMiddleware[Any, Any]):
    """The handler works in the conversation that its message carries."""

    async def consume_scope(self, call_next: Next, msg: StreamMessage[Any]) -> Any:
        with conversation(msg.correlation_id):
            return await call_next(msg)


class TimeLimitMiddleware(BaseMiddleware[Any, Any]):
    """A handler that hangs becomes a failure that may pass, so that it cannot hold its prefetched messages for ever."""

    def __init__(self, message: Any, /, *, context: ContextRepo, seconds: float) -> None:
        super().__init__(message, context=context)
        self._seconds = seconds

    async def consume_scope(self, call_next: Next, msg: StreamMessage[Any]) -> Any:
        async with asyncio.timeout(self._seconds):
            return await call_next(msg)
