"""Planner over HTTP: a draft is kept, and the same request twice makes one."""

import asyncio

import pytest

from tests.planner.given.plans import plan
from tests.planner.given.problems import broken
from tests.support.inside import Inside


async def test_a_draft_is_kept_and_can_be_read_again(planner: Inside) -> None:
    async with planner.caller("designer") as designer:
        created = await designer.post("/v1/campaigns", json=plan())
        assert created.status_code == 201
        draft = created.json()
        assert (draft["state"], draft["author"], draft["version"]) == ("draft", "designer", 1)
        assert draft["reference"] == "OTM-26-0001"
        read = await designer.get(created.headers["Location"])
        assert read.json() == draft
        assert read.headers["ETag"] == created.headers["ETag"] == '"1"'
        (listed,) = (await designer.get("/v1/campaigns")).json()
        assert (listed["reference"], listed["title"]) == (draft["reference"], draft["plan"]["title"])
        assert listed["launch"] == draft["plan"]["launch"]
    assert await planner.said() == []  # a draft is nobody else's business


async def test_the_same_request_twice_makes_one_campaign_and_has_one_answer(planner: Inside) -> None:
    key = {"Idempotency-Key": "a-plan-of-mine"}
    async with planner.caller("designer") as designer:
        first, *again = await asyncio.gather(
            *(designer.post("/v1/campaigns", json=plan(), headers=key) for _ in range(5))
        )
        later = await designer.post("/v1/campaigns", json=plan(), headers=key)
        assert {answer.text for answer in (*again, later)} == {first.text}
        assert {answer.status_code for answer in (first, *again, later)} == {201}
        assert len((await designer.get("/v1/campaigns")).json()) == 1


async def test_the_same_key_with_another_body_is_a_conflict_and_without_a_key_every_request_is_new(
    planner: Inside,
) -> None:
    key = {"Idempotency-Key": "a-plan-of-mine"}
    async with planner.caller("designer") as designer:
        await designer.post("/v1/campaigns", json=plan(), headers=key)
        other = await designer.post("/v1/campaigns", json=plan(title="Something else"), headers=key)
        assert other.status_code == 409
        for _ in range(2):
            assert (await designer.post("/v1/campaigns", json=plan())).status_code == 201
        assert len((await designer.get("/v1/campaigns")).json()) == 3


@pytest.mark.parametrize("key", ["", "two words", "x" * 201, "é"])
async def test_an_ambiguous_idempotency_key_is_refused(planner: Inside, key: str) -> None:
    async with planner.caller("designer") as designer:
        answer = await designer.post("/v1/campaigns", json=plan(), headers={b"Idempotency-Key": key.encode()})
        assert answer.status_code == 422
        assert broken(answer) == {("header.idempotency-key", "string-pattern-mismatch")}
