"""A running service: its parts started in order, kept until told to stop, and stopped in order."""

import asyncio
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog
import uvicorn
from fastapi import FastAPI

from shared.errors import OtmError
from shared.messaging.bus import Bus
from shared.running.health import Health
from shared.running.jobs import Job
from shared.running.observability import configure_logging
from shared.running.settings import ServiceSettings
from shared.running.telemetry import start_tracing
from shared.storage.store import Store
from shared.web.protocol import KEPT_SECONDS, LimitedProtocol

LOOK_EVERY = 1.0  # seconds between looks whether the store is there, and migrated

log = structlog.get_logger(__name__)


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the service decides when to stop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass
class Service:
    """A service as `build_app` puts it together. `jobs` run once the store is there."""

    name: str
    settings: ServiceSettings
    api: FastAPI
    bus: Bus
    store: Store
    health: Health
    jobs: Sequence[Job] = field(default_factory=tuple)

    async def run(self) -> None:
        """Until SIGTERM or SIGINT: then not ready, no more messages, finish what is in hand, close."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        server = _Server(self.http(self.settings.http_port))
        serving = asyncio.create_task(server.serve())
        starting = asyncio.create_task(self._start())
        log.info("service starting", port=self.settings.http_port)
        await asyncio.wait([serving, asyncio.ensure_future(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
        log.info("service stopping")
        self.health.stopping = True
        starting.cancel()
        await self._stop(server, serving)
        log.info("service stopped")

    def http(self, port: int) -> uvicorn.Config:
        """How the service is served over HTTP, with its limits of time and number."""
        return uvicorn.Config(
            self.api,
            host=self.settings.http_host,
            port=port,
            log_config=None,
            access_log=False,
            lifespan="off",
            http=type("Protocol", (LimitedProtocol,), {"most_connections": self.settings.http_connections}),
            ws="none",
            proxy_headers=bool(self.settings.trusted_proxies),
            forwarded_allow_ips=list(self.settings.trusted_proxies),
            timeout_keep_alive=KEPT_SECONDS,
            timeout_graceful_shutdown=int(self.settings.graceful_seconds),
        )

    async def _start(self) -> None:
        """The store first, since everything else writes to it; then the bus and the jobs. The store is only looked at:
        it is migrated by a command of its own, and until then this waits."""
        said = ""
        while True:
            try:
                await self.store.verify()
                break
            except Exception as error:
                words = error.message if isinstance(error, OtmError) else type(error).__name__
                if words != said:
                    log.warning("store not there yet", error=words)
                said = words
                await asyncio.sleep(LOOK_EVERY)
        self.bus.start()
        for job in self.jobs:
            job.start()

    async def _stop(self, server: _Server, serving: asyncio.Task[None]) -> None:
        """Requests and messages in hand first, then the jobs, so that the relay says what they stored."""
        server.should_exit = True
        await asyncio.gather(serving, self.bus.stop_consuming(), return_exceptions=True)
        await asyncio.gather(*(job.stop() for job in self.jobs), return_exceptions=True)
        await self.bus.stop()
        self.store.close()


def run(name: str, build: Callable[[], Service]) -> None:
    """Start tracing, build the service, configure the process's logging and run until it is told to stop."""
    start_tracing(name)
    service = build()
    configure_logging(service.name, service.settings.log_format, service.settings.log_level)
    asyncio.run(service.run())
