"""A breaker before the handlers: after several infrastructure errors in a row it shuts until a probe succeeds.

While it is shut the messages in hand wait, unacknowledged; since prefetch is bounded that stops consuming, without
spending the retries of messages that are not to blame. One that waits for long is put where retries wait.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from faststream import BaseMiddleware, ContextRepo
from faststream.message import StreamMessage

from shared.messaging.failures import Untried

log = structlog.get_logger(__name__)

ERRORS_IN_A_ROW = 5
PROBE_EVERY = 1.0  # seconds
PROBE_SECONDS = 10.0
"""Time in which a probe answers, however many wait for their turn before it."""
HOLD_SECONDS = 300.0  # seconds; with a handler's time, less than half of the broker's 30 minutes


class CircuitBreaker:
    """Shared by all consumers of a service. `probe` returns when the infrastructure answers, else it raises."""

    def __init__(self, probe: Callable[[], Awaitable[None]], is_infrastructure: Callable[[Exception], bool]) -> None:
        self._probe = probe
        self._is_infrastructure = is_infrastructure
        self._errors = 0
        self._open = asyncio.Event()
        self._open.set()
        self._prober: asyncio.Task[None] | None = None

    @property
    def is_open(self) -> bool:
        return self._open.is_set()

    async def wait_open(self) -> None:
        """Returns once it is open. Raises `Untried` after `HOLD_SECONDS`: the broker takes a message back by closing
        the channel of a consumer that holds it for half an hour."""
        try:
            async with asyncio.timeout(HOLD_SECONDS):
                await self._open.wait()
        except TimeoutError:
            raise Untried(f"the store has been away for {HOLD_SECONDS:g} s") from None

    def succeeded(self) -> None:
        self._errors = 0

    async def failed(self, error: Exception) -> None:
        """Counts an error of the infrastructure. A handler that ran out of time is one where that does not answer: it
        has waited for it."""
        waited = isinstance(error, TimeoutError) and self.is_open and not await self._is_well()
        self._errors = self._errors + 1 if waited or self._is_infrastructure(error) else 0
        if self._errors >= ERRORS_IN_A_ROW and self._open.is_set():
            log.error("consuming paused", errors_in_a_row=self._errors)
            self._open.clear()
            self._prober = asyncio.create_task(self._reopen_when_well())

    async def _reopen_when_well(self) -> None:
        while not await self._is_well():
            await asyncio.sleep(PROBE_EVERY)
        self._errors = 0
        self._open.set()
        log.info("consuming again")

    async def _is_well(self) -> bool:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                await self._probe()
        except Exception as error:
            log.debug("probe failed", error=type(error).__name__)
            return False
        return True


class CircuitBreakerMiddleware(BaseMiddleware[Any, Any]):
    def __init__(self, message: Any, /, *, context: ContextRepo, breaker: CircuitBreaker) -> None:
        super().__init__(message, context=context)
        self._breaker = breaker

    async def consume_scope(self, call_next: Callable[[Any], Awaitable[Any]], msg: StreamMessage[Any]) -> Any:
        await self._breaker.wait_open()
        try:
            result = await call_next(msg)
        except Exception as error:
            await self._breaker.failed(error)
            raise
        self._breaker.succeeded()
        return result
