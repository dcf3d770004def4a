import asyncio
import sys
from pathlib import Path

import pytest

from deploy.local.processes import logs
from deploy.local.processes.process import Process
from deploy.local.processes.rotation import LogRotation, rotate


def test_a_log_that_has_grown_too_large_is_set_aside(tmp_path: Path) -> None:
    log = tmp_path / "planner.log"
    for line in (b"a line that is long\n", b"short\n", b"also\n"):
        rotate(log, bound=10)
        with logs.open_log(log) as file:
            file.write(line)
    assert logs.tail(log, 5) == ["short", "also"]
    assert logs.tail(tmp_path / "planner.log.1", 5) == ["a line that is long"]


@pytest.mark.stack
async def test_a_process_goes_on_writing_into_a_log_that_was_set_aside(tmp_path: Path) -> None:
    log, bound = tmp_path / "busy.log", 1_000
    writer = "import time\nfor n in range(10**6): print(f'line {n:06}', flush=True); time.sleep(0.001)"
    process = await Process.spawn([sys.executable, "-c", writer], log)
    try:
        async with LogRotation(tmp_path, bound), asyncio.timeout(60):
            while not log.with_name("busy.log.1").exists():
                await asyncio.sleep(0.05)
            await until_lines(log)
    finally:
        await process.stop(grace=1)
    aside = logs.tail(log.with_name("busy.log.1"), 10**6)
    assert aside[0] == "line 000000"
    assert logs.tail(log, 1)[0] > aside[-1]


async def until_lines(log: Path) -> None:
    while not logs.tail(log, 1):
        await asyncio.sleep(0.05)
