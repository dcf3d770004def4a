"""The design of a trial on a page: what it takes in plain words, while numbers are changed, and saved."""

from typing import Any

import pytest

from services.planner.plan.plan import Plan
from services.planner.plan.typed_trial import typed_trial
from tests.planner.evaluation.test_sealed_at_approval import ANALYSIS
from tests.planner.given.people import People
from tests.planner.given.plans import plan
from tests.support.browsing import Browser, Page
from tests.support.inside import Inside

DESIGN = "/campaigns/OTM-26-0001/trial/design"
TYPED: dict[str, Any] = {
    "counts": ["disclosed", "amended"], "days": "30", "expected": "5", "smallest": "2", "power": "80",
    "comparisons": "against-control",
}  # fmt: skip


def typed(page: Page) -> dict[str, Any]:
    fields = page.form(DESIGN).fields
    one = {name: value for name, value in fields if name in TYPED and name != "counts"}
    return one | {"counts": [value for name, value in fields if name == "counts"]}


async def test_a_trial_is_tried_in_plain_words_then_saved(drafted: People, designer: Browser) -> None:
    page = await designer.send(await designer.get(DESIGN), DESIGN, **TYPED, do="show")
    assert "To show a change of 2.0 points in `disclosed_or_amended` within 30 days, in 80% of trials" in page.words
    assert "customers are needed" in page.words
    asked = "counts=disclosed&days=30&expected=5&smallest=0.1&power=80&comparisons=all-pairs"
    fragment = await designer.get(f"{DESIGN}/answer?{asked}")
    assert (fragment.status, fragment.heading) == (200, "")
    assert "too few" in fragment.words
    assert (await drafted.read())["plan"]["analysis"] is None
    saved = await designer.send(page, DESIGN, do="save")
    assert saved.path == f"{DESIGN}?saved=yes"
    assert typed(saved) == TYPED | {"counts": ["amended", "disclosed"]}
    analysis = (await drafted.read())["plan"]["analysis"]
    assert (analysis["smallest_effect"], analysis["outcomes"][0]["expected"], analysis["power"]) == (0.02, 0.05, 0.8)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"counts": []}, "counts"),
        ({"counts": ["flown"]}, "counts"),
        ({"days": "soon"}, "days"),
        ({"days": "4000"}, "days"),
        ({"expected": ""}, "expected"),
        ({"expected": "100"}, "expected"),
        ({"smallest": "-2"}, "smallest"),
        ({"smallest": "96"}, "smallest"),
        ({"power": "30"}, "power"),
        ({"comparisons": "none"}, "comparisons"),
    ],
)
async def test_a_design_that_cannot_be_is_named_and_what_was_typed_stays(
    drafted: People, designer: Browser, changed: dict[str, Any], field: str
) -> None:
    sent = TYPED | changed
    page = await designer.send(await designer.get(DESIGN), DESIGN, **sent, do="save")
    assert page.status == 422
    assert f"#{field}" in page.links
    assert field in page.ids
    known = {"days", "expected", "smallest", "power"}
    assert {name: typed(page)[name] for name in known} == {name: sent[name] for name in known}
    assert (await drafted.read())["plan"]["analysis"] is None


def test_what_the_form_does_not_ask_for_stays_as_it_was() -> None:
    before = Plan.model_validate(plan(analysis=ANALYSIS | {"alpha": 0.1, "stratified": True}))
    after, _ = typed_trial(before).tried(before)
    assert after is not None
    assert after.analysis is not None
    assert after.analysis.measured[0] == before.analysis.measured[0] if before.analysis else False
    assert set(after.analysis.measured) == set(before.analysis.measured) if before.analysis else False
    assert (after.analysis.alpha, after.analysis.stratified) == (0.1, True)


async def test_a_plan_without_arms_says_why_there_is_no_trial(drafted: People, designer: Browser) -> None:
    await drafted.done("designer", "PUT", "/plan", {"plan": plan(arms=[])})
    page = await designer.send(await designer.get(DESIGN), DESIGN, **TYPED, do="save")
    assert page.status == 422
    assert "A trial compares at least two arms" in page.words


async def test_a_design_of_a_plan_that_somebody_changed_meanwhile_is_not_saved(
    drafted: People, designer: Browser
) -> None:
    page = await designer.get(DESIGN)
    await drafted.done("designer", "PUT", "/plan", {"plan": plan(purpose="To collect more")})
    stale = await designer.send(page, DESIGN, **TYPED, do="save")
    assert (stale.status, typed(stale)["smallest"]) == (409, "2")
    assert "To collect more" in stale.words
    assert (await designer.send(stale, DESIGN, do="save")).path == f"{DESIGN}?saved=yes"


async def test_only_designers_design(drafted: People, site: Inside) -> None:
    async with Browser(site.service) as analyst:
        await analyst.sign_in("analyst")
        assert (await analyst.get(DESIGN)).status == 403
