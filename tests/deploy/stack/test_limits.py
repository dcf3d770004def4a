"""The limits that shells have: everything starts in each of them, or says what is missing."""

import psutil
import pytest

from deploy.local.exit_codes import ExitCode
from deploy.local.processes.descriptors import hard_limit
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.state import StackState
from tests.deploy.given.otm import Otm
from tests.deploy.given.traces import nothing_is_left_of

NODE = LocalSettings(broker="node", store="secantus")


@pytest.mark.long
@pytest.mark.parametrize("shell", ["ulimit -Sn 256", "ulimit -Sn 1024", "true"])
async def test_the_whole_stack_starts_under_the_soft_limit_of_a_shell(home: Home, shell: str) -> None:
    otm = Otm(home, NODE, before=shell)
    up = await otm("up", "--detach", "--json")
    assert up.code == ExitCode.OK, up.said
    assert up.json["healthy"]
    assert f"with {hard_limit():,} file descriptors" in up.said
    broker = StackState.read(home.state).processes["broker"].identity
    assert broker is not None
    assert psutil.Process(broker.pid).rlimit(psutil.RLIMIT_NOFILE)[0] == hard_limit()
    await otm("down")
    assert await nothing_is_left_of(home)


async def test_a_hard_limit_that_is_too_low_is_named_before_anything_is_started(home: Home) -> None:
    answer = await Otm(home, NODE, before="ulimit -n 256")("up", "--detach")
    assert answer.code == ExitCode.FAILED
    assert "Nothing was started" in answer.said
    assert "the hard limit here is 256" in answer.said
    assert answer.named("starting") == []
    assert StackState.read(home.state).processes == {}
