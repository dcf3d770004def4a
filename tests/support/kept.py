"""A broker and a store that stay up between runs of tests, in `.otm/test`.

`python -m tests.support.kept start` returns when they serve; `stop` ends them and takes their data away. A run of tests
in one process uses them while they are there, and may stop and start the broker, as a test of an outage does.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel

from deploy.local.broker.given import GivenBroker
from deploy.local.processes.family import terminate
from deploy.local.processes.identity import Identity
from deploy.local.stack.files import write_whole
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure

HOME = Home(Path(__file__).parents[2] / ".otm" / "test")
STATE = HOME.folder / "kept.json"
Broker = Literal["running", "stopped"]
START_SECONDS, BROKER_SECONDS, STOP_SECONDS = 120.0, 90.0, 20.0
ORDERS: Mapping[Broker, signal.Signals] = {"stopped": signal.SIGUSR1, "running": signal.SIGUSR2}
"""The signals to the keeper, by the state of the broker that they lead to."""


class Kept(BaseModel, frozen=True):
    """The addresses, and the process that keeps them."""

    keeper: Identity
    amqp_url: str
    management_url: str
    mongo_url: str
    broker: Broker = "running"

    @classmethod
    def now(cls) -> Self | None:
        """Returns what is kept, None where nothing is."""
        if not STATE.exists():
            return None
        kept = cls.model_validate_json(STATE.read_bytes())
        return kept if kept.keeper.process() else None


class KeptBroker(GivenBroker):
    """A broker that its keeper stops and starts when told."""

    async def start(self) -> None:
        await _order("running")

    async def stop(self) -> None:
        await _order("stopped")


async def _order(state: Broker) -> None:
    kept = Kept.now()
    if kept is None:
        raise RuntimeError("the broker and the store of the tests are gone: `make test-up` starts them")
    os.kill(kept.keeper.pid, ORDERS[state])
    async with asyncio.timeout(BROKER_SECONDS):
        while (kept := Kept.now()) is None or kept.broker != state:
            await asyncio.sleep(0.1)


async def keep() -> None:
    """Runs until SIGTERM."""
    ended, orders = asyncio.Event(), asyncio.Queue[Broker]()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    for state, number in ORDERS.items():
        loop.add_signal_handler(number, orders.put_nowait, state)
    async with Infrastructure(HOME) as running:
        kept = Kept(
            keeper=Identity.of(os.getpid()),
            amqp_url=running.amqp_url,
            management_url=running.management_url or "",
            mongo_url=running.mongo_url,
        )
        write_whole(STATE, kept.model_dump_json().encode())
        obeying = asyncio.create_task(_obey(running, kept, orders))
        await ended.wait()
        obeying.cancel()
    STATE.unlink(missing_ok=True)


async def _obey(running: Infrastructure, kept: Kept, orders: asyncio.Queue[Broker]) -> None:
    while True:
        state = await orders.get()
        await (running.broker.stop() if state == "stopped" else running.broker.start())
        write_whole(STATE, kept.model_copy(update={"broker": state}).model_dump_json().encode())


async def start() -> None:
    """Starts a keeper, unless one is there."""
    HOME.prepare()
    if Kept.now():
        return
    log = HOME.logs / "keeper.log"
    with log.open("ab") as output:
        keeper = subprocess.Popen(  # noqa: ASYNC220 (it stays when we end)
            [sys.executable, "-m", "tests.support.kept", "keep"],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    async with asyncio.timeout(START_SECONDS):
        while Kept.now() is None:
            if keeper.poll() is not None:
                raise SystemExit(f"the broker and the store of the tests did not start: see {log}")
            await asyncio.sleep(0.1)


async def stop() -> None:
    kept = Kept.now()
    if kept and (process := kept.keeper.process()):
        with suppress(ProcessLookupError):
            os.kill(kept.keeper.pid, signal.SIGTERM)
        await terminate([process], STOP_SECONDS)
    shutil.rmtree(HOME.folder, ignore_errors=True)


if __name__ == "__main__":
    asyncio.run({"start": start, "keep": keep, "stop": stop}[sys.argv[1]]())
