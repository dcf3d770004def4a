"""Erased customers and their agents are gone, get no letter to come, and the ledger keeps what was done."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest

from services.dispatcher.campaigns.campaign import Decision as SetDecision
from services.dispatcher.campaigns.campaign import Status
from services.dispatcher.issue.repository import MongoDispatch
from services.dispatcher.population.repository.block_reader import REMEMBERED_SECONDS, BlockReader
from services.dispatcher.population.repository.blocks import customers_in
from services.dispatcher.population.repository.population import MongoPopulation
from services.dispatcher.privacy.subject import Row, RowProgress
from services.dispatcher.schedule.chunk import Assignment, Chunk, Issue, Settlement
from services.dispatcher.suppression.repository.suppressions import MongoSuppressions
from shared.contracts import CommunicationsIssued
from shared.errors import Stale
from shared.storage.audit.trail import MongoAuditTrail
from tests.dispatcher.given.desk import Desk
from tests.dispatcher.given.loading import put
from tests.dispatcher.given.people import CAMPAIGN, HEADER, campaign, file, row, utr
from tests.dispatcher.given.subjects import CUSTOMERS, ask, in_arm, ledger, populations, whom
from tests.support.clocks import NOON
from tests.support.inside import Inside


async def test_an_erased_customer_is_gone_and_the_ledger_keeps_what_was_done(dispatcher: Inside, desk: Desk) -> None:
    treated, control = (await in_arm(desk, "plain"))[0], (await in_arm(desk, "control"))[0]
    await desk.issue(*await desk.start(NOON))
    before, (said,) = await ledger(desk), desk.spoken.of(CommunicationsIssued)
    letter = before[treated]["_id"]
    arms = dispatcher.service.store["withheld"]
    before_arms = await arms.count_documents({})
    for number in (treated, control):
        answer = await ask(dispatcher, "erase", {"whom": whom(number), "ground": "objection"})
        assert answer.json() == {"erased": {"population": 1}, "refused": []}
        assert (await ask(dispatcher, "export", whom(number))).json().get("holdings", {}).keys() <= {"undertaken"}
    after = await ledger(desk)
    assert {n: e for n, e in after.items() if n not in (treated, control)} == {
        n: e for n, e in before.items() if n not in (treated, control)
    }
    for number in (treated, control):
        assert "customer" not in after[number]
        same = ("_id", "arm", "state", "at")
        assert [after[number][name] for name in same] == [before[number][name] for name in same]
    assert await arms.count_documents({}) == before_arms - 1, "that of the control customer"
    assert (await ask(dispatcher, "export", {"letter_reference": letter})).status_code == 404
    names = [each["said"]["name"] for each in await populations(dispatcher)]
    assert len(names) == CUSTOMERS - 2
    assert not {f"Gwenllian Ap Rhys {treated}", f"Gwenllian Ap Rhys {control}"} & set(names)
    died_before_noting = {"$unset": {"said": ""}}
    await dispatcher.service.store["chunks"].update_one({"_id": f"{CAMPAIGN}:000001"}, died_before_noting)
    ((again,),) = [said.events async for said in desk.dispatch.issue_chunk(CAMPAIGN, 1)]
    assert [each.reference for each in again.communications] == [each.reference for each in said.communications]
    assert (await ask(dispatcher, "erase", {"whom": whom(treated), "ground": "objection"})).json()["erased"] == {}
    trail = [e async for e in dispatcher.part(MongoAuditTrail).entries() if e.what == "subject.erased"]
    assert [(e.who, e.details["ground"], e.details["campaigns"]) for e in trail[:2]] == [
        ("data-protection", "objection", [CAMPAIGN])
    ] * 2
    written = str([e async for e in dispatcher.part(MongoAuditTrail).entries()])
    assert "Gwenllian" not in written
    assert utr(treated) not in written


async def test_a_customers_agent_is_told_of_and_erased_with_them(dispatcher: Inside) -> None:
    agent = {
        "agent_name": "Ferncombe Accountants",
        "agent_address_1": "69 Copperbeech Way",
        "agent_postcode": "ZZ9 3AG",
    }
    people = file([row(1) | agent, row(2)], (*HEADER, *agent))
    assert (await put(dispatcher, people)).status_code == 201
    said = (await ask(dispatcher, "export", whom(1))).json()["holdings"]["population"][0]["said"]
    assert said["agent"] == {"name": "Ferncombe Accountants", "address": ["69 Copperbeech Way"], "postcode": "ZZ9 3AG"}
    erased = await ask(dispatcher, "erase", {"whom": whom(1), "ground": "objection"})
    assert erased.json()["erased"] == {"population": 1}
    cipher = dispatcher.part(MongoPopulation)._cipher
    (block,) = [block async for block in dispatcher.service.store["recipients"].find()]
    kept = str(cipher.decrypt(block["personal"], f"recipients.personal:{block['_id']}"))
    assert "Ferncombe" not in kept
    assert "Gwenllian Ap Rhys 2" in kept
    assert [entry.erased for _, entry in customers_in(block, cipher)] == [True, False]


async def test_a_customer_with_a_letter_to_come_is_erased_and_gets_none_but_never_while_restricted(
    dispatcher: Inside, desk: Desk
) -> None:
    treated, control = (await in_arm(desk, "plain"))[0], (await in_arm(desk, "control"))[0]
    request = {"whom": whom(treated), "ground": "objection"}
    await ask(dispatcher, "restrict", {"whom": whom(treated), "reason": "legal-claim"})
    refused = await ask(dispatcher, "erase", request)
    assert (refused.status_code, "lift the restriction first" in refused.json()["title"]) == (409, True)
    assert len(await populations(dispatcher)) == CUSTOMERS
    await ask(dispatcher, "lift", {"whom": whom(treated), "reason": "settled"})
    assert (await ask(dispatcher, "erase", request)).json() == {"erased": {"population": 1}, "refused": []}
    assert (await ask(dispatcher, "erase", {"whom": whom(control), "ground": "objection"})).json()["refused"] == []
    await desk.issue(*await desk.start(NOON))
    states = {number: (entry["state"], entry.get("reason")) for number, entry in (await ledger(desk)).items()}
    assert (states[treated], states[control]) == (("suppressed-late", "erased"), ("control", None))
    assert len(desk.printed()) == len(await in_arm(desk, "plain")) - 1
    assert "" not in desk.printed()


class Meanwhile:
    """Between the judgement of a chunk and its settlement somebody is erased: the first time that it is judged."""

    def __init__(self, suppressions: MongoSuppressions, erase: Callable[[], Awaitable[None]]) -> None:
        self._suppressions, self._erase = suppressions, erase
        self.contacted = suppressions.contacted
        self._judged = False

    async def late(self, campaign: str, load: str, rows: Sequence[int], at: datetime) -> Mapping[int, str]:
        known = await self._suppressions.late(campaign, load, rows, at)
        if not self._judged:
            await self._erase()
        self._judged = True
        return known


async def test_a_customer_erased_while_their_chunk_is_judged_is_left_out_of_it(dispatcher: Inside, desk: Desk) -> None:
    number = (await in_arm(desk, "plain"))[0]

    async def erase() -> None:
        answer = await ask(dispatcher, "erase", {"whom": whom(number), "ground": "objection"})
        assert answer.json()["erased"] == {"population": 1}

    desk.settling._suppressions = Meanwhile(dispatcher.part(MongoSuppressions), erase)
    due = await desk.start(NOON)
    with pytest.raises(Stale):
        await desk.issue(*due)
    assert desk.printed() == []
    await desk.issue(*due)
    assert (await ledger(desk))[number]["reason"] == "erased"
    assert f"Gwenllian Ap Rhys {number}" not in desk.printed()


async def test_nobody_is_erased_while_their_letter_is_being_printed(
    dispatcher: Inside, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, answers = (await in_arm(desk, "plain"))[0], []
    record = type(desk.repository).record

    async def erasing(self: MongoDispatch, *arguments: Any) -> None:
        answers.append((await ask(dispatcher, "erase", {"whom": whom(number), "ground": "objection"})).json())
        await record(self, *arguments)

    monkeypatch.setattr(type(desk.repository), "record", erasing)
    await desk.issue(*await desk.start(NOON))
    (answer,) = answers
    assert (answer["erased"], "is being issued" in answer["refused"][0]["because"]) == ({}, True)
    assert f"Gwenllian Ap Rhys {number}" in desk.printed()


async def test_a_block_that_was_read_is_not_used_for_long(dispatcher: Inside, desk: Desk) -> None:
    blocks, now = dispatcher.service.store["recipients"], 0.0
    reader = BlockReader(blocks, lambda: now)
    load = (await desk.campaign()).load
    (before,) = await reader.holding(str(load), [1])
    await ask(dispatcher, "erase", {"whom": whom(1), "ground": "objection"})
    assert await reader.holding(str(load), [2]) == [before]
    now = REMEMBERED_SECONDS + 0.1
    (after,) = await reader.holding(str(load), [1])
    assert after["personal"] != before["personal"]


def test_in_a_campaign_that_was_stopped_nobody_waits_for_a_letter() -> None:
    chunk = Chunk(CAMPAIGN, 1, 1, (Assignment(1, "plain"),), settled={"print": Settlement(Issue(NOON, 1, 1))})
    found = Row(CAMPAIGN, "load", 1, "2026-09-01T00:00:00Z")
    reasons = {
        status: RowProgress(found, campaign().model_copy(update={"decision": SetDecision(status=status)}), chunk)
        .reason_to_wait
        for status in Status
    }  # fmt: skip
    assert {status for status, reason in reasons.items() if reason is None} == {Status.STOPPED}
