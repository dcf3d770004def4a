"""Teams have their least notice before a launch, and speak for themselves."""

from datetime import UTC, datetime

import pytest

from services.planner.agreement.sign_off import Told
from services.planner.campaign import Campaign
from services.planner.decisions.approve import submit
from services.planner.decisions.brief import acknowledge, note_acknowledgement
from services.planner.decisions.draft import amend
from services.planner.decisions.run import launch
from services.planner.lifecycle import State
from services.planner.plan.plan import Plan
from services.planner.readiness import launch_problems, team_sign_offs
from shared.errors import Forbidden, Invalid
from tests.planner.given.plans import (
    AUTHOR,
    CIRCUMSTANCES,
    DESIGNED,
    answered,
    approved,
    by,
    draft,
    gated,
    plan,
    ready,
    signed_off,
    worded,
)

THE_DAY_BEFORE = datetime(2026, 9, 4, 9, tzinfo=UTC)
TEAMS = {"customer-services", "debt-management", "press-office"}


def approved_late(**changes: object) -> Campaign:
    """Returns a campaign approved on the last working day before its launch."""
    whole = submit(worded(answered(draft(**changes))), by(AUTHOR), CIRCUMSTANCES)
    return signed_off(gated(whole, at=THE_DAY_BEFORE), at=THE_DAY_BEFORE)


def test_a_launch_the_day_after_approval_is_refused_with_the_earliest_day() -> None:
    found = launch_problems(approved_late(), CIRCUMSTANCES, THE_DAY_BEFORE)
    assert {(problem.field, problem.rule) for problem in found} == {
        *((f"stakeholders.{team}", "least-notice") for team in TEAMS), ("stakeholders.letter-issuer", "least-notice"),
    }  # fmt: skip
    assert "launch on 18 September 2026 or later" in found[0].message
    with pytest.raises(Invalid):
        launch(approved_late(), by(AUTHOR, THE_DAY_BEFORE), CIRCUMSTANCES)


def test_a_plan_that_says_why_teams_hear_late_is_launched() -> None:
    urgent = approved_late(short_notice="The law changes on Monday")
    assert launch(urgent, by(AUTHOR, THE_DAY_BEFORE), CIRCUMSTANCES).state is State.LIVE


def test_a_reason_for_short_notice_is_agreed_by_the_affected_teams_gate() -> None:
    late = Plan.model_validate(plan(short_notice="No time"))
    amended = amend(approved(), late, by(AUTHOR), CIRCUMSTANCES)
    assert amended.changes[0].detail["reopened"] == ["affected-stakeholders"]


def test_notice_counts_from_the_approval_of_the_present_facts() -> None:
    moved = amend(ready(), Plan.model_validate(plan(launch="2026-09-08")), by(AUTHOR, THE_DAY_BEFORE), CIRCUMSTANCES)
    again = signed_off(gated(moved, "affected-stakeholders", at=THE_DAY_BEFORE), at=THE_DAY_BEFORE)
    assert {p.rule for p in launch_problems(again, CIRCUMSTANCES, THE_DAY_BEFORE)} == {"least-notice"}
    assert launch_problems(ready(), CIRCUMSTANCES, THE_DAY_BEFORE) == []


def test_a_person_who_had_a_hand_in_the_plan_does_not_speak_for_a_team() -> None:
    told = Told(plan_version=1, lines_to_take=1, at=THE_DAY_BEFORE)
    with pytest.raises(Forbidden, match="cannot speak for customer-services"):
        acknowledge(approved(), "customer-services", told, by(AUTHOR), CIRCUMSTANCES)
    noted = note_acknowledgement(approved(), "customer-services", told, by(AUTHOR), CIRCUMSTANCES)
    found = {team.team: team for team in team_sign_offs(noted, CIRCUMSTANCES)}["customer-services"]
    assert (found.signed_off, found.why_void) == (False, "different-people"), "whoever asked hears why to ask again"
    assert note_acknowledgement(noted, "customer-services", told, by(AUTHOR), CIRCUMSTANCES) is noted
    assert note_acknowledgement(ready(), "customer-services", told, by(AUTHOR), CIRCUMSTANCES) is ready()
    assert note_acknowledgement(approved(), "design-community", told, by(AUTHOR), CIRCUMSTANCES) is approved()


def test_the_press_office_can_say_that_it_has_the_date_of_a_plan_that_does_not_name_it() -> None:
    named = Plan.model_validate(plan(stakeholders=["customer-services"]))
    others = amend(approved(), named, by(AUTHOR), CIRCUMSTANCES)
    told = Told(plan_version=2, lines_to_take=1, at=THE_DAY_BEFORE)
    known = acknowledge(others, "press-office", told, by("press-office-lead"), CIRCUMSTANCES)
    fields = [{p.field for p in launch_problems(each, CIRCUMSTANCES, DESIGNED)} for each in (others, known)]
    assert fields[0] - fields[1] == {"stakeholders.press-office"}


def test_a_press_office_that_only_the_author_spoke_for_does_not_have_the_date() -> None:
    told = Told(plan_version=1, lines_to_take=1, at=THE_DAY_BEFORE)
    silent = signed_off(approved(), "customer-services", "debt-management")
    noted = note_acknowledgement(silent, "press-office", told, by(AUTHOR), CIRCUMSTANCES)
    assert {p.field for p in launch_problems(noted, CIRCUMSTANCES, DESIGNED)} == {"stakeholders.press-office"}


def test_an_acknowledgement_counts_no_more_once_its_author_changes_the_plan() -> None:
    better = Plan.model_validate(plan(title="A better title"))
    amended = amend(ready(), better, by("customer-services-lead"), CIRCUMSTANCES)
    found = {team.team: team.why_void for team in team_sign_offs(amended, CIRCUMSTANCES)}
    assert found["customer-services"] == "different-people"
    assert found["debt-management"] is None
