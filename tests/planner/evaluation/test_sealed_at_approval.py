"""A campaign's analysis is sealed at its approval; a trial too small for its claim is not submitted."""

from typing import Any

from services.planner.campaign import Campaign
from services.planner.evaluation.seal import seal, seal_of
from services.planner.events.changes import events_for
from services.planner.plan.aspects import seen
from services.planner.plan.completeness import plan_problems
from services.planner.plan.plan import Plan
from services.planner.plan.sealed_plan import sealed_plan
from shared.contracts import CampaignApproved
from tests.planner.given import plans

ANALYSIS: dict[str, Any] = {
    "outcomes": [{"code": "disclosed", "counts": ["disclosed"], "horizons": [30, 90], "expected": 0.05}],
    "primary": {"outcome": "disclosed", "horizon": 30},
    "smallest_effect": 0.02,
}


def planned(**changes: Any) -> Plan:
    return Plan.model_validate(plans.plan(analysis=ANALYSIS | changes))


def approval(campaign: Campaign) -> CampaignApproved:
    [said] = [event for event in events_for(campaign) if isinstance(event, CampaignApproved)]
    return said


def approved_with(plan: Plan) -> CampaignApproved:
    return approval(plans.approved().model_copy(update={"plan": plan}))


def test_the_seal_in_the_approval_is_that_of_the_plan_with_the_campaigns_arms_and_reference() -> None:
    sealed = sealed_plan(planned(), "OTM-26-0042")
    assert sealed is not None
    assert sealed.codes == tuple(arm.code for arm in planned().arms)
    assert approved_with(planned()).analysis_plan_sha256 == seal(sealed) == seal_of(sealed.model_dump(mode="json"))


def test_a_campaign_without_an_analysis_has_no_seal_and_is_what_it_was_before() -> None:
    plain = Plan.model_validate(plans.plan())
    assert approved_with(plain).analysis_plan_sha256 is None
    assert seen(plain) == seen(Plan.model_validate(plans.plan(analysis=None)))


def test_another_analysis_arm_share_or_population_is_another_seal() -> None:
    first = approved_with(planned()).analysis_plan_sha256
    assert approved_with(planned(alpha=0.1)).analysis_plan_sha256 != first
    fewer = planned().model_copy(update={"customers": 24_000})
    assert approved_with(fewer).analysis_plan_sha256 != first


def test_a_changed_analysis_re_opens_the_gates_that_looked_at_the_trial() -> None:
    assert seen(planned()) != seen(planned(alpha=0.1))


def test_a_population_too_small_for_its_claim_is_refused_with_what_it_could_show() -> None:
    today = plans.DESIGNED.date()
    assert plan_problems(planned(), today) == []
    [problem] = plan_problems(planned(smallest_effect=0.002), today)
    assert problem.field == "customers"
    assert "25,000 could show changes of" in problem.message


def test_an_analysis_that_lacks_its_expected_level_is_refused_at_submission_and_not_while_drafted() -> None:
    outcome = {"code": "disclosed", "counts": ["disclosed"], "horizons": [30]}
    draft = planned(outcomes=[outcome])
    assert [p.field for p in plan_problems(draft, plans.DESIGNED.date())] == ["analysis.outcomes.0.expected"]


def test_a_plan_with_an_analysis_is_kept_and_read_again_as_it_was() -> None:
    assert Plan.model_validate(planned().model_dump(mode="json")) == planned()


def test_covariates_that_planner_never_hears_of_are_refused_at_submission() -> None:
    [problem] = plan_problems(planned(adjust_for=["owed"]), plans.DESIGNED.date())
    assert problem.field == "analysis.adjust_for"
    assert "otm trial analyse" in problem.message


def test_what_a_letter_costs_is_sealed_with_the_trial_and_leaves_other_seals_as_they_were() -> None:
    plain = planned()
    arms = [arm.model_copy(update={"cost_pence": None if arm.control else 62.0}) for arm in plain.arms]
    priced = plain.model_copy(update={"arms": tuple(arms)})
    sealed = sealed_plan(priced)
    assert sealed is not None
    assert {arm.cost_pence for arm in sealed.arms if not arm.control} == {62.0}
    assert approved_with(priced).analysis_plan_sha256 != approved_with(plain).analysis_plan_sha256
    assert seen(priced) != seen(plain)
    assert Plan.model_validate(priced.model_dump(mode="json")) == priced
