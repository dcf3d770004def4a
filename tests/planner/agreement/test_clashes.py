"""Clashes with other campaigns must be decided, and a decision holds both campaigns to it."""

from typing import Any

import pytest

from services.planner.agreement.clashes import ClashChoice, OtherCampaign, clashes
from services.planner.campaign import Campaign
from services.planner.decisions.brief import DecisionAboutClash, decide_clash
from services.planner.decisions.draft import amend
from services.planner.decisions.run import launch
from services.planner.lifecycle import State
from services.planner.plan.plan import Plan
from services.planner.readiness import Circumstances, gate_standings, launch_problems
from tests.planner.given.plans import AUTHOR, DESIGNED, RULES, answered, approved, by, draft, missing, plan, ready


def test_a_clash_needs_a_decision_while_it_is_as_it_was() -> None:
    whole = answered(draft())

    def circumstances(**changes: Any) -> Circumstances:
        other = Plan.model_validate(plan(**changes))
        return Circumstances(
            RULES, [OtherCampaign(reference="OTM-26-0007", title="Other", state=State.LIVE, plan=other)]
        )

    clashing = {("clashes.OTM-26-0007", "decided")}
    assert missing(whole, circumstances=circumstances()) == clashing
    groups = [plan()["groups"][0] | {"code": "tenants"}]
    assert missing(whole, circumstances=circumstances(groups=groups)) == set()
    assert missing(whole, circumstances=circumstances(groups=[])) == clashing  # it may reach anybody
    assert missing(whole, circumstances=circumstances(regime="vat")) == set()
    assert missing(whole, circumstances=circumstances(launch="2026-11-02", respond_by="2026-11-30")) == set()


def clashing(other: Campaign, state: State = State.APPROVED) -> Circumstances:
    return Circumstances(
        RULES, [other.model_copy(update={"state": state, "reference": "OTM-26-0007"}).as_other_campaign]
    )


def decided(campaign: Campaign, choice: ClashChoice, circumstances: Circumstances, other: str) -> Campaign:
    return decide_clash(campaign, other, DecisionAboutClash(decision=choice, reason="So"), by(AUTHOR), circumstances)


def problems_of(campaign: Campaign, circumstances: Circumstances) -> set[tuple[str, str]]:
    found = launch_problems(campaign, circumstances, DESIGNED)
    return {(problem.field, problem.rule) for problem in found if problem.field.startswith("clashes")}


def test_a_draft_of_somebody_else_only_warns() -> None:
    idea = clashing(draft(), State.DRAFT)
    assert [clash.campaign for clash in clashes("OTM-26-0042", ready().plan, idea.others)] == ["OTM-26-0007"]
    assert problems_of(ready(), idea) == set()
    assert launch(ready(), by(AUTHOR), idea).state is State.LIVE


@pytest.mark.parametrize("choice", ["reschedule", "merge"])
def test_a_decision_to_end_a_clash_holds_both_campaigns_to_it(choice: ClashChoice) -> None:
    mine = decided(approved(), choice, clashing(approved()), "OTM-26-0007")
    assert problems_of(mine, clashing(approved())) == {("clashes.OTM-26-0007", choice)}
    theirs = approved().model_copy(update={"reference": "OTM-26-0007"})
    bound = Circumstances(RULES, [mine.as_other_campaign])
    assert ("clashes.OTM-26-0042", choice) in problems_of(theirs, bound)
    agreed = decided(theirs, "go-ahead", bound, "OTM-26-0042")
    assert problems_of(agreed, bound) == {("clashes.OTM-26-0042", choice)}


def test_a_rescheduled_campaign_is_free_of_the_clash() -> None:
    mine = decided(approved(), "reschedule", clashing(approved()), "OTM-26-0007")
    later_plan = Plan.model_validate(plan(launch="2026-11-02", respond_by="2026-11-30"))
    moved = amend(mine, later_plan, by(AUTHOR), clashing(approved()))
    assert problems_of(moved, clashing(approved())) == set()


def test_a_decision_about_a_clash_is_agreed_by_the_strategy_unit_again() -> None:
    mine = decided(approved(), "go-ahead", clashing(approved()), "OTM-26-0007")
    open_now = {s.gate.code for s in gate_standings(mine, clashing(approved()), DESIGNED) if s.why_open}
    assert (mine.state, open_now) == (State.SUBMITTED, {"strategy-unit", "senior-agreement"})
    assert AUTHOR in mine.contributors
