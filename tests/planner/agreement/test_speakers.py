"""Somebody who spoke for a team and then has a hand in the plan: their word counts no more, and another's does."""

from services.planner.agreement.sign_off import Told
from services.planner.campaign import Campaign
from services.planner.decisions.brief import acknowledge
from services.planner.decisions.draft import answer
from services.planner.events.agreement import agreement
from services.planner.readiness import launch_problems
from tests.planner.agreement.test_changes import given
from tests.planner.given.plans import CIRCUMSTANCES, DESIGNED, by, ready

TEAM, LEAD = "customer-services", "customer-services-lead"
TOLD = Told(plan_version=1, lines_to_take=1, at=DESIGNED)


def its_lead_wrote() -> Campaign:
    return answer(ready(), "several-approaches", given("several-approaches"), by(LEAD), CIRCUMSTANCES)


def test_their_word_counts_no_more_and_planner_says_why() -> None:
    (state,) = [each for each in agreement(its_lead_wrote(), CIRCUMSTANCES, DESIGNED).teams if each.team == TEAM]
    assert (state.needed, state.knows, state.why) == (True, False, "different-people")


def test_somebody_else_of_the_team_says_the_same_and_the_launch_waits_for_it_no_more() -> None:
    spoken = acknowledge(its_lead_wrote(), TEAM, TOLD, by("desk-7"), CIRCUMSTANCES)
    assert spoken.acknowledged[TEAM].by == "desk-7"
    missing = {problem.field for problem in launch_problems(spoken, CIRCUMSTANCES, DESIGNED)}
    assert f"stakeholders.{TEAM}" not in missing
    assert acknowledge(spoken, TEAM, TOLD, by("desk-8"), CIRCUMSTANCES) is spoken, "said again, it changes nothing"
