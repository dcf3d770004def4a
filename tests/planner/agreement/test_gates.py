"""Gates are passed in order, by different people, for what they saw; a change re-opens those it touches, no others."""

import hashlib
import json
from typing import Any

import pytest

from services.planner.campaign import Campaign
from services.planner.decisions.approve import GateDecision, pass_gate, send_back, submit
from services.planner.decisions.draft import amend
from services.planner.lifecycle import State
from services.planner.plan.aspects import Aspect, seen
from services.planner.plan.plan import Plan
from services.planner.readiness import gate_standings
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from tests.planner.given.plans import (
    AUTHOR,
    CIRCUMSTANCES,
    GATES,
    approved,
    by,
    draft,
    gated,
    later,
    plan,
    signed_off,
    submitted,
    worded,
)

DECISION = GateDecision(reason="sound")


def changed(campaign: Campaign, **changes: Any) -> Campaign:
    return amend(campaign, Plan.model_validate(plan(**changes)), by(AUTHOR), CIRCUMSTANCES)


def arms(**changes: Any) -> list[dict[str, Any]]:
    """Returns the arms with the last one changed."""
    found: list[dict[str, Any]] = plan()["arms"]
    return [*found[:-1], found[-1] | changes]


def other_words(**changes: Any) -> list[dict[str, Any]]:
    letter = plan()["arms"][-1]["letters"][0]
    return arms(letters=[letter | (changes or {"body": letter["body"] + "\n\nThank you."})])


def open_gates(campaign: Campaign, days: float = 0) -> dict[str, str]:
    return {s.gate.code: s.why_open for s in gate_standings(campaign, CIRCUMSTANCES, later(days)) if s.why_open}


RESPONSES = plan()["responses"]


def test_an_approval_from_before_agents_texts_still_holds() -> None:
    """The digest of a plan without agents' texts is that of the plan as it was kept before there were any."""
    textless = plan(arms=[arm | {"letters": letters_alone(arm)} for arm in plan()["arms"]])
    message = [textless["action"], textless["respond_by"], {arm["code"]: arm["letters"] for arm in textless["arms"]}]
    kept_then = hashlib.sha256(json.dumps(message).encode()).hexdigest()[:32]
    assert seen(Plan.model_validate(textless)).digests[Aspect.MESSAGE] == kept_then


def letters_alone(arm: dict[str, Any]) -> list[dict[str, Any]]:
    return [{name: letter[name] for name in ("language", "subject", "body")} for letter in arm.get("letters", ())]


@pytest.mark.parametrize(
    ("changes", "reopened"),
    [
        ({"launch": "2026-09-08"}, {"affected-stakeholders"}),
        ({"customers": 27_500}, set()),
        ({"customers": 27_501}, {"analyst-sign-off", "affected-stakeholders", "strategy-unit", "senior-agreement"}),
        ({"customers": 20_000}, {"analyst-sign-off", "affected-stakeholders", "strategy-unit", "senior-agreement"}),
        ({"arms": arms(channel="third-party")}, {"communications-tone", "data-protection"}),
        ({"arms": other_words()}, {"communications-tone"}),
        (
            {"arms": other_words(agent={"subject": "Your client", "body": "Dear {{ agent_name }}"})},
            {"communications-tone"},
        ),
        ({"arms": arms(share=3)}, {"analyst-sign-off"}),
        ({"hypothesis": "Something else"}, {"analyst-sign-off"}),
        ({"purpose": "Something else"}, {"data-protection", "strategy-unit", "senior-agreement"}),
        ({"responses": RESPONSES | {"liability_expected": False}}, {"affected-stakeholders"}),
        ({"title": "Another title"}, set()),
        ({"resource": "Another designer"}, {"senior-agreement"}),
    ],
)
def test_a_change_reopens_exactly_the_gates_that_it_touches(changes: dict[str, Any], reopened: set[str]) -> None:
    amended = changed(approved(), **changes)
    assert set(open_gates(amended)) == reopened
    assert set(open_gates(amended).values()) <= {"changed-since"}
    assert amended.state is (State.SUBMITTED if reopened else State.APPROVED)
    assert amended.changes[0].detail["reopened"] == [gate for gate in GATES if gate in reopened]
    again = gated(amended, *(gate for gate in GATES if gate in reopened)) if reopened else amended
    assert (again.state, open_gates(again)) == (State.APPROVED, {})


def test_many_small_changes_of_size_add_up() -> None:
    amended = changed(changed(approved(), customers=27_000), customers=28_000)
    assert "strategy-unit" in open_gates(amended)


def test_a_change_taken_back_leaves_approvals_as_they_were() -> None:
    assert open_gates(changed(changed(approved(), launch="2026-09-08"))) == {}


def test_gates_are_passed_in_order() -> None:
    with pytest.raises(Conflict, match=r"first gates\.communications-tone"):
        pass_gate(submitted(), "analyst-sign-off", DECISION, by("analyst-sign-off-lead"), CIRCUMSTANCES)


def test_gates_are_passed_by_different_people_who_had_no_hand_in_the_plan() -> None:
    first = gated(submitted(), GATES[0])
    with pytest.raises(Forbidden, match="different people"):
        pass_gate(first, GATES[1], DECISION, by(f"{GATES[0]}-lead"), CIRCUMSTANCES)
    helped = amend(submitted(), Plan.model_validate(plan(title="Helped")), by("helper"), CIRCUMSTANCES)
    for person in (AUTHOR, "helper"):
        with pytest.raises(Forbidden, match="wrote, changed or submitted"):
            pass_gate(helped, GATES[0], DECISION, by(person), CIRCUMSTANCES)
        with pytest.raises(Forbidden, match="wrote, changed or submitted"):
            send_back(helped, GATES[0], by(person), CIRCUMSTANCES)


def test_an_approver_who_later_changes_the_plan_has_not_passed_the_gate() -> None:
    amended = amend(approved(), Plan.model_validate(plan(title="Better")), by(f"{GATES[2]}-lead"), CIRCUMSTANCES)
    assert open_gates(amended) == {GATES[2]: "different-people"}
    assert amended.state is State.SUBMITTED


def test_an_approval_expires() -> None:
    assert open_gates(approved(), days=179.9) == {}
    assert set(open_gates(approved(), days=180).values()) == {"expired"}
    assert open_gates(approved(), days=180).keys() == set(GATES)


def test_conditions_are_kept_with_the_approval_and_in_the_history() -> None:
    decision = GateDecision(reason="sound", conditions=("Tell the helplines on the day",))
    passed = pass_gate(submitted(), GATES[0], decision, by("tone"), CIRCUMSTANCES)
    assert passed.approvals[GATES[0]].conditions == decision.conditions
    assert passed.changes[0].detail["conditions"] == ["Tell the helplines on the day"]
    with pytest.raises(Invalid):
        pass_gate(submitted(), GATES[0], GateDecision(reason=" "), by("tone", reason=" "), CIRCUMSTANCES)


def test_a_campaign_sent_back_and_resubmitted_reopens_only_changed_or_refused_gates() -> None:
    three = gated(submitted(), *GATES[:3])
    returned = send_back(three, GATES[3], by(f"{GATES[3]}-lead"), CIRCUMSTANCES)
    assert returned.state is State.DRAFT
    again = submit(changed(returned, arms=other_words()), by(AUTHOR), CIRCUMSTANCES)
    assert set(open_gates(again)) == {GATES[0], *GATES[3:]}
    assert gated(again, GATES[0], *GATES[3:]).state is State.APPROVED


def test_an_established_approach_needs_no_sign_off_of_a_trial() -> None:
    established = draft(approach="established", arms=plan()["arms"][1:])
    assert "analyst-sign-off" not in {s.gate.code for s in gate_standings(established, CIRCUMSTANCES, later(0))}


def test_a_directorate_has_gates_of_its_own() -> None:
    large = draft(directorate="large-business")
    assert "customer-managers" in {s.gate.code for s in gate_standings(large, CIRCUMSTANCES, later(0))}
    mistaken = draft(directorate="nowhere")
    assert gate_standings(mistaken, CIRCUMSTANCES, later(0)) == ()
    assert changed(mistaken).plan.directorate == "default"  # a draft can be mended
    with pytest.raises(Invalid, match="could not have been submitted"):
        changed(approved(), directorate="nowhere")
    moved = changed(approved(), directorate="large-business")
    assert moved.state is State.SUBMITTED
    assert set(moved.changes[0].detail["reopened"]) >= {"customer-managers", "senior-agreement"}
    with pytest.raises(NotFound):
        pass_gate(submitted(), "customer-managers", DECISION, by("somebody"), CIRCUMSTANCES)


def test_an_acknowledgement_is_void_when_a_briefed_fact_changes() -> None:
    signed = signed_off(approved())
    assert changed(signed, launch="2026-09-08").changes[0].detail["void"] == ["customer-services", "debt-management",
                                                                               "press-office"]  # fmt: skip
    assert changed(signed, title="Another title").changes[0].detail["void"] == []
    assert worded(signed).state is State.APPROVED
