"""Questions of the guidance, each by itself: nobody is asked to approve without an answer, and who looks at it."""

from services.planner.agreement.gates import Standing
from services.planner.assessment.answer import Given
from services.planner.assessment.questions import QUESTIONS
from services.planner.campaign import Campaign
from services.planner.decisions.draft import answer
from services.planner.readiness import gate_standings
from tests.planner.given.plans import (
    AUTHOR,
    CIRCUMSTANCES,
    answered,
    approved,
    by,
    draft,
    later,
    missing,
    plan,
    problems,
    worded,
)


def unanswered(question: str) -> set[tuple[str, str]]:
    """Returns what stands against a campaign that is whole but for the answer to one question."""
    whole = worded(answered(draft()))
    assert missing(whole) == set()
    return missing(whole.model_copy(update={"answers": {q: a for q, a in whole.answers.items() if q != question}}))


def looked_at_by(question: str, text: str) -> set[str]:
    """Returns the gates that another answer opens again."""
    before = approved().answers[question].given
    changed: Campaign = answer(
        approved(), question, Given(**before.model_dump() | {"text": text}), by(AUTHOR), CIRCUMSTANCES
    )
    found: tuple[Standing, ...] = gate_standings(changed, CIRCUMSTANCES, later(0))
    return {standing.gate.code for standing in found if standing.why_open}


def test_whether_the_group_has_enough_in_common_is_answered_and_analysts_look_at_it() -> None:
    assert "enough in common" in QUESTIONS["common-ground"].asks
    assert unanswered("common-ground") == {("assessment.common-ground", "answered")}
    assert looked_at_by("common-ground", "Half of them let no property at all.") == {"analyst-sign-off"}


def test_a_legal_requirement_is_asked_for_and_data_protection_looks_at_the_answer() -> None:
    assert unanswered("legal-requirement") == {("assessment.legal-requirement", "answered")}
    assert looked_at_by("legal-requirement", "The Finance Act says that they are told.") == {"data-protection"}


def test_reputational_impacts_are_considered_and_senior_agreement_is_asked_again_when_they_change() -> None:
    assert unanswered("reputation") == {("assessment.reputation", "answered")}
    assert looked_at_by("reputation", "One in ten owes nothing and will complain.") == {"senior-agreement"}


def test_the_behaviour_to_influence_and_its_impact_are_answered_and_so_is_how_success_is_measured() -> None:
    assert unanswered("behaviour") == {("assessment.behaviour", "answered")}
    assert looked_at_by("behaviour", "To pay at once.") == {"communications-tone"}
    assert ("evaluation", "required") in missing(worded(answered(draft(evaluation=None))))


def test_how_customers_react_and_the_support_of_vulnerable_ones_are_answered_and_stakeholders_look_at_it() -> None:
    assert "vulnerable" in QUESTIONS["reaction"].asks
    assert unanswered("reaction") == {("assessment.reaction", "answered")}
    assert looked_at_by("reaction", "Many are over eighty and will want to be visited.") == {"affected-stakeholders"}


def test_follow_up_action_is_answered_and_customers_are_told_what_follows_if_they_do_nothing() -> None:
    assert unanswered("follow-up") == {("assessment.follow-up", "answered")}
    assert looked_at_by("follow-up", "A visit to each who does not answer.") == {"affected-stakeholders"}
    action = plan()["action"]
    assert problems(action=action) == set()
    assert {name for name in action if name.startswith("if_they")} == {"if_they_do", "if_they_do_not"}
