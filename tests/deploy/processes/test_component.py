import asyncio

import pytest

from deploy.local.processes.component import Component, together


class Slow(Component):
    """Never gets to serve, and takes a moment to stop."""

    def __init__(self, fails: bool = False) -> None:
        self.life: list[str] = []
        self._fails = fails

    async def _start(self) -> None:
        self.life.append("starting")
        await asyncio.sleep(0.05 if self._fails else 60)
        raise ConnectionError

    async def stop(self) -> None:
        self.life.append("stopping")
        await asyncio.sleep(0.2)
        self.life.append("stopped")


async def test_a_start_that_fails_is_stopped_to_the_end() -> None:
    part = Slow(fails=True)
    with pytest.raises(ConnectionError):
        await part.start()
    assert part.life == ["starting", "stopping", "stopped"]


async def test_a_stop_goes_on_to_its_end_though_it_is_cancelled_again() -> None:
    part = Slow()
    start = asyncio.create_task(part.start())
    for _ in range(3):
        await asyncio.sleep(0.05)
        start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start
    assert part.life == ["starting", "stopping", "stopped"]


async def test_when_one_of_several_fails_the_others_are_stopped_to_the_end() -> None:
    failing, others = Slow(fails=True), [Slow(), Slow(fails=True)]
    with pytest.raises(ConnectionError):
        await together(failing.start(), *(other.start() for other in others))
    assert [other.life for other in others] == [["starting", "stopping", "stopped"]] * 2
