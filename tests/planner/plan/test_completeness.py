"""Whoever asks for approval is told all that is missing, at once."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.planner.agreement.clashes import OtherCampaign
from services.planner.approve import submit
from services.planner.assessment.answer import Given
from services.planner.assessment.economics import economics
from services.planner.assessment.questions import QUESTIONS
from services.planner.campaign import Campaign, EarlierCampaign
from services.planner.draft import answer, clone
from services.planner.lifecycle import State
from services.planner.plan.completeness import REQUIRED
from services.planner.plan.plan import Plan
from services.planner.readiness import Circumstances
from shared.errors import Invalid, NotFound
from tests.planner.given.plans import AUTHOR, CIRCUMSTANCES, DESIGNED, RULES, answered, approved, by, draft, later, plan


def missing(
    campaign: Campaign, at: datetime = DESIGNED, circumstances: Circumstances = CIRCUMSTANCES
) -> set[tuple[str, str]]:
    try:
        submit(campaign, by(AUTHOR, at), circumstances)
    except Invalid as refused:
        return {(problem.field, problem.rule) for problem in refused.problems}
    return set()


def test_of_an_idea_everything_is_missing_and_all_of_it_is_said() -> None:
    idea = draft().model_copy(update={"plan": Plan(title="An idea", regime="vat")})
    assert missing(idea) == {(field, "required") for field in REQUIRED} | {
        (f"assessment.{question}", "answered") for question in QUESTIONS
    }
    assert len(QUESTIONS) == 16


def test_nothing_is_missing_from_a_whole_plan() -> None:
    assert missing(answered(draft())) == set()


@pytest.mark.parametrize("field", REQUIRED)
def test_each_thing_that_must_be_said_is_missed(field: str) -> None:
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
def test_what_stands_against_it_is_named(changes: dict[str, Any], broken: tuple[str, str]) -> None:
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


def test_an_answer_that_was_to_be_reviewed_is_no_answer_until_it_is_given_again() -> None:
    whole = answered(draft(launch="2026-11-16", respond_by="2026-12-30"))
    on_the_day, after = datetime(2026, 10, 30, 9, tzinfo=UTC), datetime(2026, 10, 31, 9, tzinfo=UTC)
    assert missing(whole, on_the_day) == set()
    assert missing(whole, after) == {(f"assessment.{question}", "reviewed") for question in QUESTIONS}
    given = Given(text="Still so", review_by=date(2027, 1, 1))
    again = answer(whole, "risk", given, by(AUTHOR, after))
    assert ("assessment.risk", "reviewed") not in missing(again, after)
    assert again.changes[0].about == "risk"


@pytest.mark.parametrize(
    ("question", "given", "broken"),
    [
        ("customers", {}, {("customers", "required")}),
        ("cost-of-inaction", {"customers": 5}, {("exchequer_cost", "required")}),
        ("resource", {"cost_one_to_one": 3}, {("cost_one_to_many", "required")}),
        ("timing", {"deadlines": []}, {("deadlines", "required")}),
        ("risk", {"review_by": "2026-08-10"}, {("review_by", "within-a-year")}),
        ("risk", {"review_by": "2028-08-10"}, {("review_by", "within-a-year")}),
    ],
)
def test_an_answer_without_its_figure_or_with_no_review_is_refused(
    question: str, given: dict[str, Any], broken: set[tuple[str, str]]
) -> None:
    whole = {"text": "So", "review_by": "2026-12-01"} | given
    with pytest.raises(Invalid) as refused:
        answer(draft(), question, Given.model_validate(whole), by(AUTHOR))
    assert {(problem.field, problem.rule) for problem in refused.value.problems} == broken
    with pytest.raises(NotFound):
        answer(draft(), "weather", Given.model_validate(whole), by(AUTHOR))


def test_the_break_even_response_rate_is_the_ratio_of_the_costs() -> None:
    found = economics(answered(draft()).answers)
    assert found is not None
    assert found.break_even_response_rate == pytest.approx(1.4 / 95)
    assert economics({}) is None


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


def test_a_clone_brings_plan_and_answers_but_no_dates_and_each_answer_must_be_given_again() -> None:
    results = EarlierCampaign(campaign="OTM-26-0042", issued=20_000, responses={"contact": 2_900})
    copy = clone("OTM-27-0001", approved(), results, "The same next year", by("somebody"))
    assert (copy.state, copy.author, copy.earlier, copy.approvals) == (State.DRAFT, "somebody", results, {})
    assert (copy.plan.purpose, copy.plan.launch) == (approved().plan.purpose, None)
    found = missing(copy, later(300))
    assert {(f"assessment.{question}", "answered-again") for question in QUESTIONS} <= found
    assert ("launch", "required") in found
