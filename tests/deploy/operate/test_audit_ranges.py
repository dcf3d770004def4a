"""A look at an audit trail that was stopped goes on from the range where it was."""

import json
from pathlib import Path

import pytest

from deploy.local.operate.protection.audit import NOTHING, Answer, _Heads
from deploy.local.stack.home import Home

ENDS = {0: 20, 20: 40, 40: 45}


class Stopped(Exception):
    """The end of the command in the middle of a look."""


async def test_a_look_that_was_stopped_goes_on_from_there_and_one_that_ended_begins_anew(tmp_path: Path) -> None:
    home, asked, stop_at = Home(tmp_path), list[int](), 40

    async def look(since: Answer) -> Answer:
        asked.append(since["entries"])
        if since["entries"] == stop_at:
            raise Stopped
        end = ENDS[since["entries"]]
        return {"entries": end, "head": f"{end:064x}", "ended": end == 45}

    with pytest.raises(Stopped):
        await _Heads(home).until_ended("intake", look)
    stop_at = -1
    ended = await _Heads(home).until_ended("intake", look)
    assert (asked, ended["entries"]) == ([0, 20, 40, 40], 45)
    assert json.loads(home.audit_heads.read_bytes()) == {}, "nothing is under way"
    assert _Heads(home).last("intake") == NOTHING
    await _Heads(home).until_ended("intake", look)
    assert asked[4:] == [0, 20, 40]
