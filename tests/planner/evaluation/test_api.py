"""The sealed part of a campaign's trial, over HTTP."""

from services.planner.evaluation.seal import seal_of
from tests.planner.evaluation.test_sealed_at_approval import ANALYSIS
from tests.planner.given.plans import plan
from tests.support.inside import Inside


async def test_a_campaigns_trial_has_its_plan_its_seal_and_what_it_can_show(planner: Inside) -> None:
    async with planner.caller("designer") as designer:
        created = await designer.post("/v1/campaigns", json=plan(analysis=ANALYSIS))
        assert created.status_code == 201, created.text
        found = (await designer.get(f"/v1/campaigns/{created.json()['reference']}/trial")).json()
    assert seal_of(found["plan"]) == found["seal"]
    assert found["plan"]["campaign"] == created.json()["reference"]
    assert found["design"]["comparisons"] == 2
    assert "customers" in found["says"][0]


async def test_a_campaign_without_an_analysis_has_no_trial_and_says_what_to_give(planner: Inside) -> None:
    async with planner.caller("designer") as designer:
        created = await designer.post("/v1/campaigns", json=plan())
        answer = await designer.get(f"/v1/campaigns/{created.json()['reference']}/trial")
    assert answer.status_code == 404
    assert "`analysis`" in answer.json()["title"]


async def test_an_analysis_that_does_not_hang_together_is_refused_at_its_field(planner: Inside) -> None:
    wrong = ANALYSIS | {"primary": {"outcome": "disclosed", "horizon": 31}}
    async with planner.caller("designer") as designer:
        answer = await designer.post("/v1/campaigns", json=plan(analysis=wrong))
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["problems"]] == ["primary"]
