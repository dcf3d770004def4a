"""Rounds, in each of which every fault is tried once, in an order of its own."""

import itertools
import shutil
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random

from deploy.local.errors import StackError
from tests.chaos.fault import Fault
from tests.chaos.own_ground import OwnGround
from tests.chaos.report import Report
from tests.chaos.system import System, system
from tests.chaos.tally import Tally
from tests.chaos.trial import Trial, try_out
from tests.chaos.undisturbed import undisturbed

LOGS = Path(".otm") / "chaos"
"""The logs of services on which a trial did not hold."""
STARTS = 3


class Rounds:
    """`until` is when no further trial begins, by `time.monotonic`. Services are new in each round, and after a trial
    that did not hold: what is wrong then must not be found in the next one too."""

    def __init__(
        self, report: Report, own: OwnGround, folder: Path, faults: Sequence[Fault], until: float | None
    ) -> None:
        self._report, self._own, self._folder, self._until = report, own, folder, until
        self._faults = [fault for fault in faults if own.disk or not fault.needs_disk]
        report.left_out = [fault.name for fault in faults if fault not in self._faults]
        self._systems = itertools.count(1)
        self._campaigns = itertools.count(1)

    async def play(self, rounds: int | None) -> None:
        """Plays so many rounds, or as many as begin in time."""
        for number in itertools.count(1) if rounds is None else range(1, rounds + 1):
            if self._over() or not self._faults:
                return
            waiting = list(self._faults)
            Random(f"{self._report.seed} {number}").shuffle(waiting)
            waiting.sort(key=lambda fault: self._report.tried(fault.name), reverse=True)  # the last one is next
            starts = 0
            while waiting and not self._over() and starts < STARTS:
                try:
                    await self._on_new_services(number, waiting)
                except StackError as error:  # on a machine that is too busy; nothing is told of the fault by it
                    starts += 1
                    print(f"round {number}: {str(error).splitlines()[0]}", flush=True)

    async def _on_new_services(self, number: int, waiting: list[Fault]) -> None:
        """Takes faults from `waiting` until one of them does not hold."""
        name = f"chaos-{next(self._systems)}"
        folder = self._folder / name
        async with AsyncExitStack() as parts:
            amqp_url = await self._own.infrastructure.broker.create_vhost(name)
            parts.push_async_callback(self._own.infrastructure.broker.delete_vhost, name)
            running = await parts.enter_async_context(system(self._own.ground, amqp_url, folder, self._own))
            expected = await undisturbed(running, next(self._campaigns))
            self._report.compare(expected)
            held = True
            while held and waiting and not self._over():
                held = (await self._try(running, waiting.pop(), number, expected)).held
            if not held:
                shutil.copytree(folder / "logs", LOGS / f"{self._report.seed}-{name}", dirs_exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)

    async def _try(self, running: System, fault: Fault, number: int, expected: Tally) -> Trial:
        random = Random(f"{self._report.seed} {number} {fault.name}")
        began = time.monotonic()
        trial = await try_out(running, fault, next(self._campaigns), random, expected)
        self._report.add(trial)
        how = "as if nothing had happened" if trial.held else f"NOT WELL {trial.lost or trial.doubled or trial.stuck}"
        print(f"round {number}: {fault.name}: {how} ({time.monotonic() - began:.0f} s)", flush=True)
        return trial

    def _over(self) -> bool:
        return self._until is not None and time.monotonic() >= self._until
