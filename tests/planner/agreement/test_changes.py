"""A change of a campaign re-opens the gates that looked at it, voids what teams were told of it, and no more."""

from typing import Any

import pytest

from services.planner.agreement.gates_file import load_gates
from services.planner.assessment.answer import Given
from services.planner.assessment.questions import QUESTIONS
from services.planner.campaign import Campaign
from services.planner.decisions.approve import GateDecision, pass_gate
from services.planner.decisions.draft import amend, answer
from services.planner.events.changes import events_for
from services.planner.lifecycle import State, Step
from services.planner.plan.aspects import Aspect, Seen, changed, seen
from services.planner.plan.plan import Plan
from services.planner.readiness import gate_standings
from shared.contracts import CampaignApproved
from shared.errors import Forbidden
from tests.planner.given.plans import AUTHOR, CIRCUMSTANCES, GATES, approved, by, gated, later, live, plan, signed_off
from tests.planner.given.variants import BEARS_ON

DECISION = GateDecision(reason="sound")
OF_EACH_FIELD: dict[str, Any] = {
    "title": "Another title",
    "regime": "vat",
    "directorate": "large-business",
    "risk": "Another",
    "purpose": "Another",
    "aim": "respond",
    "groups": [plan()["groups"][0] | {"customers": 30_000}],
    "customers": 30_000,
    "resource": "Another",
    "campaign_type": "educating",
    "stream": "upstream",
    "sent_through": "intermediary",
    "small_test": "pilot",
    "earlier_campaigns": ["OTM-25-0007"],
    "terms_of_reference": "Another",
    "approach": "established",
    "hypothesis": "Another",
    "method": "Another",
    "action": plan()["action"] | {"follow_up": "None"},
    "evaluation": {"method": "Another", "success_measure": "Another"},
    "milestones": [],
    "stakeholders": ["customer-services"],
    "press_office_briefed": {"on": "2026-08-03", "by": "designer"},
    "communications_briefed": {"on": "2026-08-03", "by": "designer"},
    "short_notice": "The deadline was set by law",
    "reference_kind": "nino",
    "contact_rate": {"low": 0.1, "central": 0.2, "high": 0.3},
    "launch": "2026-09-08",
    "respond_by": "2026-10-31",
    "daily_limit": 15_000,
    "allocation_seed": 5,
    "analysis": {
        "outcomes": [{"code": "disclosed", "counts": ["disclosed"], "horizons": [30], "expected": 0.05}],
        "primary": {"outcome": "disclosed", "horizon": 30},
        "smallest_effect": 0.02,
    },
    "arms": plan()["arms"][:2],
    "responses": plan()["responses"] | {"liability_expected": False},
    "contact_assumptions": {"bump": {"share": 0.1}},
    "corrects": {
        "campaign": "OTM-26-0007",
        "arms": ["plain"],
        "since": "2026-08-03",
        "until": "2026-08-03",
        "plan_version": 1,
    },
    "schedule": [
        {"on": "2026-09-07", "size": 5_000},
        *({"on": f"2026-09-{day:02}", "size": 5_000} for day in (8, 9, 10)),
    ],
}
CHANGES: dict[str, tuple[dict[str, Any], set[str]]] = {
    "resource": ({"resource": "Another"}, {"senior-agreement"}),
    "method": ({"method": "Another"}, {"communications-tone", "data-protection"}),
    "milestones": ({"milestones": [{"what": "End", "on": "2027-01-04"}]}, {"affected-stakeholders"}),
    "group sizes": (
        {"groups": OF_EACH_FIELD["groups"]},
        {"analyst-sign-off", "affected-stakeholders", "strategy-unit", "senior-agreement"},
    ),
    "shares that raise the calls": (
        {"arms": [arm | {"share": 1 if arm.get("control") else 9} for arm in plan()["arms"]]},
        {"analyst-sign-off", "affected-stakeholders"},
    ),
}


def changed_to(campaign: Campaign, **changes: Any) -> Campaign:
    return amend(campaign, Plan.model_validate(plan(**changes)), by(AUTHOR), CIRCUMSTANCES)


def open_gates(campaign: Campaign) -> set[str]:
    return {s.gate.code for s in gate_standings(campaign, CIRCUMSTANCES, later(0)) if s.why_open}


def given(question: str, text: str = "Something else") -> Given:
    before = approved().answers[question].given
    return before.model_copy(update={"text": text})


def test_every_field_of_a_plan_is_of_some_aspect() -> None:
    assert set(OF_EACH_FIELD) == set(Plan.model_fields)
    before = seen(Plan.model_validate(plan()))
    for field, value in OF_EACH_FIELD.items():
        assert changed(before, seen(Plan.model_validate(plan(**{field: value}))), tolerance=0), field


def test_the_same_plan_again_changes_nothing() -> None:
    for campaign in (approved(), live().model_copy(update={"state": State.PAUSED})):
        assert changed_to(campaign) is campaign


@pytest.mark.parametrize(("changes", "reopened"), CHANGES.values(), ids=CHANGES)
def test_a_change_reopens_the_gates_that_looked_at_it(changes: dict[str, Any], reopened: set[str]) -> None:
    amended = changed_to(approved(), **changes)
    assert open_gates(amended) == reopened
    assert amended.changes[0].detail["changed"]


def test_shares_that_raise_the_calls_void_what_teams_were_told_of_them() -> None:
    signed = signed_off(approved())
    changes, _ = CHANGES["shares that raise the calls"]
    assert set(changed_to(signed, **changes).changes[0].detail["void"]) == {
        "customer-services", "debt-management", "press-office",
    }  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_another_answer_reopens_the_gates_that_look_at_the_question(question: str) -> None:
    answered = answer(approved(), question, given(question), by(AUTHOR), CIRCUMSTANCES)
    bears_on = {gate for gate in GATES if question in BEARS_ON[gate]}
    assert open_gates(answered) == bears_on
    assert bears_on, "an answer that nobody looks at"
    assert (answered.state, answered.changes[-1].step) == (State.SUBMITTED, Step.REOPEN)
    assert gated(answered, *(gate for gate in GATES if gate in bears_on)).state is State.APPROVED


def test_an_answer_reviewed_and_found_the_same_reopens_nothing() -> None:
    same = given("risk", approved().answers["risk"].given.text)
    again = answer(approved(), "risk", same, by(AUTHOR, later(30)), CIRCUMSTANCES)
    assert (open_gates(again), again.state) == (set(), State.APPROVED)


def test_another_cost_reopens_senior_agreement() -> None:
    costly = given("resource", "As before").model_copy(update={"cost_one_to_many": 500.0, "cost_one_to_one": 2.0})
    assert "senior-agreement" in open_gates(answer(approved(), "resource", costly, by(AUTHOR), CIRCUMSTANCES))


def test_a_person_who_answered_passes_no_gate() -> None:
    answered = answer(approved(), "risk", given("risk"), by("helper"), CIRCUMSTANCES)
    for gate in ("strategy-unit", "senior-agreement"):
        with pytest.raises(Forbidden, match="wrote, changed or submitted"):
            pass_gate(answered, gate, DECISION, by("helper"), CIRCUMSTANCES)
    answered_by_lead = answer(approved(), "customers", given("customers"), by(f"{GATES[0]}-lead"), CIRCUMSTANCES)
    assert GATES[0] in open_gates(answered_by_lead)


def test_an_approval_from_before_answers_were_looked_at_still_holds() -> None:
    kept = {
        gate: approval.model_copy(update={"seen": old(approval.seen)})
        for gate, approval in approved().approvals.items()
    }
    answered = answer(approved(), "risk", given("risk"), by(AUTHOR), CIRCUMSTANCES)
    assert open_gates(answered.model_copy(update={"approvals": kept})) == set()


def old(known: Seen) -> Seen:
    """Returns what an approval kept of a campaign before answers and decisions about clashes were looked at."""
    digests = {name: value for name, value in known.digests.items() if name in BEFORE}
    return Seen(customers=known.customers, digests=digests)


BEFORE = {Aspect.PURPOSE, Aspect.LAUNCH, Aspect.CHANNEL, Aspect.MESSAGE, Aspect.TRIAL, Aspect.RESPONSES}


def test_every_question_and_every_clash_is_looked_at_by_some_gate_of_each_directorate() -> None:
    for directorate in load_gates().values():
        assert {question for gate in directorate.gates for question in gate.answers} == set(QUESTIONS)
        assert {aspect for gate in directorate.gates for aspect in gate.touched_by} >= {Aspect.CLASHES, Aspect.CONTACTS}


def test_a_plan_that_is_again_what_everybody_agreed_to_is_approved_again_and_said_once() -> None:
    amended = changed_to(approved(), resource="Another")
    assert amended.state is State.SUBMITTED
    back = changed_to(amended)
    assert (back.state, open_gates(back)) == (State.APPROVED, set())
    assert [event.event_type for event in events_for(back)] == ["campaign.amended.v1", "campaign.approved.v1"]


def test_an_answer_that_is_again_what_everybody_agreed_to_leaves_the_campaign_approved() -> None:
    risk = approved().answers["risk"].given.text
    changed_once = answer(approved(), "risk", given("risk"), by(AUTHOR), CIRCUMSTANCES)
    back = answer(changed_once, "risk", given("risk", risk), by(AUTHOR), CIRCUMSTANCES)
    assert (changed_once.state, back.state) == (State.SUBMITTED, State.APPROVED)


def test_an_approval_says_how_each_team_handles_responses() -> None:
    (said,) = [event for event in events_for(approved()) if isinstance(event, CampaignApproved)]
    responses = plan()["responses"]
    assert [contact.model_dump() for contact in said.contacts] == responses["contacts"]
    assert said.special_treatments == responses["special_treatments"]
    assert said.volunteered is not None
    assert said.volunteered.process == responses["volunteered"]["process"]
