"""A look at an audit trail goes range by range, and from where it was after it was stopped."""

import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from deploy.local.operate.protection import audit
from deploy.local.operate.protection.audit import NOTHING, Answer, _Heads
from deploy.local.stack.home import Home
from shared.storage.audit.trail import MongoAuditTrail
from shared.web import operations
from tests.support.apps import SERVICES
from tests.support.inside import Corner, inside

ENDS = {0: 20, 20: 40, 40: 45}


class Stopped(Exception):
    """The end of the command in the middle of a look."""


async def test_a_look_that_was_stopped_goes_on_from_there_and_one_that_ended_begins_anew(tmp_path: Path) -> None:
    home, asked, stop_at = Home(tmp_path), list[int](), 40

    async def look(since: Answer) -> Answer:
        after = since.get("after", 0)
        asked.append(after)
        if after == stop_at:
            raise Stopped
        end = ENDS[after]
        return {"entries": end - after, "after": end, "head": f"{end:064x}", "ended": end == 45}

    with pytest.raises(Stopped):
        await _Heads(home).until_ended("intake", look)
    stop_at = -1
    ended = await _Heads(home).until_ended("intake", look)
    assert (asked, ended["entries"]) == ([0, 20, 40, 40], 45)
    assert json.loads(home.audit_heads.read_bytes()) == {}, "nothing is under way"
    assert _Heads(home).last("intake") == NOTHING
    await _Heads(home).until_ended("intake", look)
    assert asked[4:] == [0, 20, 40]


async def test_the_command_and_a_service_understand_each_other_range_after_range(
    tmp_path: Path, mongo_url: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "ENTRIES_LOOKED_AT", 2)
    corner, at = Corner.made(tmp_path, mongo_url, database), datetime(2026, 9, 7, 12, tzinfo=UTC)
    async with inside(SERVICES["planner"](corner, tmp_path), corner) as planner, planner.caller("operator") as operator:

        async def ask(_home: Home, _name: str, _url: str, path: str, *, make: bool) -> Any:
            answer = await (operator.post if make else operator.get)(f"/v1/operations/{path}")
            assert answer.is_success, answer.text
            return answer.json()

        monkeypatch.setattr(audit, "ask", ask)
        monkeypatch.setattr(audit, "replicas", lambda _: {"planner": ""})
        home, written = Home(tmp_path), planner.service.store["audit_written"]
        look = partial(audit._verified, _Heads(home), "planner", partial(audit._asked, home, "planner"))
        for n in range(5):
            await planner.part(MongoAuditTrail).append(at, "clerk", "read", {"contact": n})
            whole = await look()
            assert whole == audit.Trail("planner", n + 1, None)
        assert json.loads(home.audit_heads.read_bytes())["planner"]["entries"] == 5, "a seal for each look"
        last = await written.find_one_and_delete({"_id": (await written.find({}).sort("_id", -1).to_list(1))[0]["_id"]})
        assert "entry 5 of chain" in str((await look()).problem)
        await written.insert_one(last)
        assert (await look()).problem is None
        await planner.service.store["audit"].delete_one({"_id": 5})
        assert (await look()).problem == "entry 5 is not the one that was there the last time"
