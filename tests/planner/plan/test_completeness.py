"""Submission names all that is missing from a plan, at once."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.planner.assessment.questions import QUESTIONS
from services.planner.plan.completeness import REQUIRED
from services.planner.plan.plan import Plan
from tests.planner.given.plans import AUTHOR, answered, draft, missing, plan


def test_an_idea_lacks_everything_and_all_of_it_is_named() -> None:
    idea = draft().model_copy(update={"plan": Plan(title="An idea", regime="vat")})
    assert missing(idea) == {(field, "required") for field in REQUIRED} | {
        (f"assessment.{question}", "answered") for question in QUESTIONS
    }
    assert len(QUESTIONS) == 16


def test_nothing_is_missing_from_a_whole_plan() -> None:
    assert missing(answered(draft())) == set()


@pytest.mark.parametrize("field", REQUIRED)
def test_each_required_field_is_missed_when_empty(field: str) -> None:
    empty: Any = {"arms": (), "groups": (), "milestones": (), "stakeholders": ()}
    empty = empty.get(
        field, " " if isinstance(plan()[field], str) and field not in ("launch", "aim", "approach") else None
    )
    whole = answered(draft())
    left_out = whole.model_copy(update={"plan": whole.plan.model_copy(update={field: empty})})
    assert (field, "required") in missing(left_out)


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({"respond_by": None}, ("respond_by", "required")),
        ({"hypothesis": ""}, ("hypothesis", "required")),
        ({"arms": plan()["arms"][1:]}, ("arms", "control-group")),
        ({"action": plan()["action"] | {"asks_for_records": True}}, ("action.asks_for_records", "opens-a-check")),
        ({"press_office_briefed": {"on": "2026-08-11", "by": AUTHOR}}, ("press_office_briefed.on", "not-future")),
        ({"directorate": "nowhere"}, ("directorate", "known")),
    ],
)
def test_each_obstacle_to_submission_is_named(changes: dict[str, Any], broken: tuple[str, str]) -> None:
    assert missing(answered(draft(**changes))) == {broken}


def test_an_established_approach_needs_neither_hypothesis_nor_control() -> None:
    assert missing(answered(draft(approach="established", hypothesis="", arms=plan()["arms"][1:]))) == set()


@pytest.mark.parametrize(
    ("sentence", "refused"),
    [
        ("Please send us your bank statements for 2025.", True),
        ("You must provide, within 30 days, all invoices and receipts.", True),
        ("Anfonwch eich cofnodion atom.", True),
        ("Keep your records safe. Send your corrected return online.", False),
        ("We hold records that letting agents send.", False),
    ],
)
def test_a_letter_that_asks_for_records_is_refused_whatever_the_plan_says(sentence: str, refused: bool) -> None:
    *arms, last = plan()["arms"]
    english = last["letters"][0]
    letters = [english | {"body": f"{english['body']}\n\n{sentence}"}]
    found = missing(answered(draft(arms=[*arms, last | {"letters": letters}])))
    assert found == ({("arms.2.letters.0.body", "opens-a-check")} if refused else set())
    to_agents = [english | {"agent": english["agent"] | {"body": sentence}}]
    found = missing(answered(draft(arms=[*arms, last | {"letters": to_agents}])))
    assert found == ({("arms.2.letters.0.agent.body", "opens-a-check")} if refused else set())


def test_the_launch_is_not_in_the_past_by_the_date_in_london() -> None:
    whole = answered(draft())
    assert missing(whole, datetime(2026, 9, 7, 22, 30, tzinfo=UTC)) == set()
    assert missing(whole, datetime(2026, 9, 7, 23, 30, tzinfo=UTC)) == {("launch", "not-past")}
