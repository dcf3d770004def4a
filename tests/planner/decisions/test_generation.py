"""The index key of a campaign's tokens: the newest one when it was first approved, for as long as it lasts."""

from dataclasses import replace

from services.planner.campaign import Campaign
from services.planner.decisions.approve import GateDecision, approved_if_passed, pass_gate
from services.planner.events.changes import events_for
from services.planner.lifecycle import State
from shared.contracts import CampaignApproved
from tests.planner.given.plans import CIRCUMSTANCES, GATES, by, submitted

NOW = replace(CIRCUMSTANCES, generation=3)


def passed(generation: int) -> Campaign:
    campaign, circumstances = submitted(), replace(CIRCUMSTANCES, generation=generation)
    for gate in GATES:
        campaign = pass_gate(campaign, gate, GateDecision(reason="sound"), by(f"{gate}-lead"), circumstances)
    return campaign


def approved_anew(campaign: Campaign) -> Campaign:
    """Returns the campaign as it is when its gates are passed once more, after a further rotation."""
    return approved_if_passed(campaign.model_copy(update={"state": State.SUBMITTED}), by("approver-9"), NOW)


def said(campaign: Campaign) -> int:
    (generation,) = {event.generation for event in events_for(campaign) if isinstance(event, CampaignApproved)}
    return generation


def test_the_first_approval_takes_the_newest_index_key_and_no_later_one_takes_another() -> None:
    first = passed(2)
    assert (first.generation, said(first)) == (2, 2)
    again = approved_anew(first)
    assert (again.generation, said(again)) == (2, 2)


def test_a_campaign_that_was_approved_before_any_rotation_stays_with_the_first_index_key() -> None:
    before = passed(1)
    assert "generation" not in before.model_dump()
    assert (approved_anew(before).generation, said(approved_anew(before))) == (1, 1)
