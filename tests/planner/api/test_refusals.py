"""Refusals over HTTP name the field and the rule, and never repeat what was sent."""

import json
from collections.abc import AsyncIterator

import pytest

from deploy.local.demo.plan import LINES
from tests.planner.given.plans import plan
from tests.planner.given.problems import broken
from tests.support.inside import Inside

SECRET = "Mrs Jones 1955839661"
JSON = {"Content-Type": "application/json"}


async def test_a_malformed_input_is_named_and_never_repeated(planner: Inside) -> None:
    wrong = plan(
        title=[SECRET],
        customers=SECRET,
        launch=SECRET,
        regime=SECRET,
        arms=[{"code": SECRET}, *plan()["arms"]],
        remark=SECRET,
    )
    async with planner.caller("designer") as designer:
        answer = await designer.post("/v1/campaigns", json=wrong)
        assert answer.status_code == 422
        assert broken(answer) == {
            ("body.title", "string-type"),
            ("body.customers", "int-parsing"),
            ("body.launch", "not-accepted"),
            ("body.regime", "string-pattern-mismatch"),
            ("body.arms.0.code", "string-pattern-mismatch"),
            ("body.remark", "extra-forbidden"),
        }
        assert "Jones" not in answer.text
        unread = await designer.post("/v1/campaigns", content=f'{{"title": "{SECRET}', headers=JSON)
        assert unread.status_code == 422
        assert "Jones" not in unread.text
        assert (await designer.get("/v1/campaigns")).json() == []


async def test_a_plan_that_does_not_hang_together_is_refused_by_field_and_rule(planner: Inside) -> None:
    async with planner.caller("designer") as designer:
        answer = await designer.post("/v1/campaigns", json=plan(launch="2026-09-06", arms=plan()["arms"][:1]))
        assert answer.status_code == 422
        assert broken(answer) == {("launch", "working-day"), ("arms", "treatment")}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
async def test_a_value_that_is_no_number_is_refused(planner: Inside, number: str) -> None:
    text = json.dumps(plan()).replace("0.15", number)
    async with planner.caller("designer") as designer:
        answer = await designer.post("/v1/campaigns", content=text, headers=JSON)
        assert answer.status_code == 422
        assert {field for field, _ in broken(answer)} == {"body.contact_rate.central"}


@pytest.mark.parametrize("title", ["two\nlines", "two\r\nBcc: everybody@example.com"])
async def test_a_title_that_would_spoil_the_subject_of_an_e_mail_is_refused(planner: Inside, title: str) -> None:
    async with planner.caller("designer") as designer:
        answer = await designer.post("/v1/campaigns", json=plan(title=title))
        assert broken(answer) == {("body.title", "string-pattern-mismatch")}


async def test_a_caller_without_the_scope_is_refused(planner: Inside) -> None:
    async with planner.caller(None) as stranger:
        unknown = await stranger.post("/v1/campaigns", json=plan())
        assert unknown.status_code == 401
        assert unknown.headers["WWW-Authenticate"] == "Bearer"
        for wrong in ("Bearer otm_12345678_nosuchkey", "Basic ZGVzaWduZXI6", "Bearer"):
            refused = await stranger.get("/v1/campaigns", headers={"Authorization": wrong})
            assert refused.status_code == 401
            assert "nosuchkey" not in refused.text
    async with planner.caller("helpline") as helpline, planner.caller("analyst") as analyst:
        assert (await helpline.get("/v1/campaigns")).status_code == 403
        assert (await analyst.get("/v1/campaigns")).json() == []
        forbidden = await analyst.post("/v1/campaigns", json=plan())
        assert (forbidden.status_code, forbidden.json()["code"]) == (403, "forbidden")
        assert (await analyst.get("/v1/campaigns")).json() == []


async def test_a_body_that_is_too_large_is_refused_however_it_is_sent(planner: Inside) -> None:
    large = json.dumps(plan(lines_to_take=LINES + [LINES[0] | {"answer": "x" * 19_000}] * 60)).encode()

    async def unannounced() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 50_000):
            yield large[start : start + 50_000]

    async with planner.caller("designer") as designer:
        for content in (large, unannounced()):
            answer = await designer.post("/v1/campaigns", content=content, headers=JSON)
            assert answer.status_code == 413
            assert answer.json()["code"] == "too-large"
        assert (await designer.get("/v1/campaigns")).json() == []


async def test_a_malformed_reference_or_code_is_answered_with_an_example(planner: Inside) -> None:
    async with planner.caller("designer") as designer:
        path = await designer.get("/v1/campaigns/otm-26-1")
        assert "OTM-26-0042" in path.json()["problems"][0]["message"]
        code = await designer.post("/v1/campaigns", json=plan(regime="Self Assessment"))
        assert "such as wrong-button" in code.json()["problems"][0]["message"]


async def test_an_implausible_day_is_answered_with_what_to_write(planner: Inside) -> None:
    async with planner.caller("designer") as designer:
        for launch, told in ((20261208, "write it as 2026-09-10"), ("9999-12-31", "between 2000 and 2099")):
            answer = await designer.post("/v1/campaigns", json=plan(launch=launch))
            (problem,) = answer.json()["problems"]
            assert told in problem["message"]
            assert problem["field"].endswith("launch")
