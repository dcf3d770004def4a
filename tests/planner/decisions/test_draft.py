"""Drafts begin empty or from an earlier campaign."""

from services.planner.assessment.questions import QUESTIONS
from services.planner.campaign import EarlierCampaign
from services.planner.decisions.draft import clone
from services.planner.lifecycle import State
from tests.planner.given.plans import approved, by, later, missing


def test_a_clone_brings_plan_and_answers_but_no_dates_and_each_answer_must_be_given_again() -> None:
    results = EarlierCampaign(campaign="OTM-26-0042", issued=20_000, responses={"contact": 2_900})
    copy = clone("OTM-27-0001", approved(), results, "The same next year", by("somebody"))
    assert (copy.state, copy.author, copy.earlier, copy.approvals) == (State.DRAFT, "somebody", results, {})
    assert (copy.plan.purpose, copy.plan.launch) == (approved().plan.purpose, None)
    found = missing(copy, later(300))
    assert {(f"assessment.{question}", "answered-again") for question in QUESTIONS} <= found
    assert ("launch", "required") in found
