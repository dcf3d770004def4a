"""Changes of a plan, and its approval anew, are told to the teams that were told what has changed."""

import pytest

from shared.contracts import CampaignApproved, FiguresChanged
from tests.notifier.given.desk import CAMPAIGN, Desk
from tests.notifier.given.planned import OWING, agreed, amended, launched
from tests.notifier.given.teams import teams
from tests.support.samples import sample


async def test_a_change_is_told_to_those_who_were_told_also_where_they_had_not_answered(told: Desk) -> None:
    await told.say(amended(void=["customer-services"]))
    assert await teams(told, "plan-changed") == {"customer-services"}
    assert await teams(told, "plan-changed-others") == {"debt-management", "letter-issuer", "analysts"}


async def test_a_changed_plan_of_a_launched_campaign_is_not_said_to_be_planned_to_launch(told: Desk) -> None:
    await told.say(launched(), amended(version=41))
    before = {notice.id for notice in await told.made()}
    await told.say(sample(CampaignApproved, **OWING, version=42, plan_version=2))
    new = [notice for notice in await told.made() if notice.id not in before]
    assert {notice.rule for notice in new} == {"advance-notice", "issuer-briefing", "launch-date", "debt-warning"}
    assert all("planned to launch" not in notice.content.text for notice in new)


async def test_other_figures_are_told_to_those_who_were_told_and_nobody_is_asked_again(told: Desk) -> None:
    before = {notice.id for notice in await told.made()}
    figures = sample(FiguresChanged)
    await told.say(figures)
    new = [notice for notice in await told.made() if notice.id not in before]
    assert {notice.rule for notice in new} == {"figures-changed"}
    assert {"customer-services", "letter-issuer", "debt-management", "press-office"} <= {n.team for n in new}
    assert "communications" not in {notice.team for notice in new}
    assert not any(notice.needs_acknowledgement for notice in new)
    assert all("23,410" in n.content.text and "25,000 were planned" in n.content.text for n in new)
    known = await told.campaigns.known(CAMPAIGN)
    assert known.plan
    assert (known.plan.customers, known.plan.waves[1].size) == (23_410, 5_607)


async def test_a_change_of_what_nobody_was_told_is_told_to_nobody_nor_is_the_plan_when_it_is_approved_again(
    told: Desk,
) -> None:
    before = {notice.id for notice in await told.made()}
    await told.say(amended(changed=["resource", "milestones"], void=[], reopened=["senior-agreement"]))
    await told.say(sample(CampaignApproved, **OWING, version=6, plan_version=2, told_since=1))
    assert [notice.rule for notice in await told.made() if notice.id not in before] == []
    await told.say(amended(version=7, plan_version=3))
    await told.say(sample(CampaignApproved, **OWING, version=8, plan_version=3, told_since=3))
    assert {"advance-notice", "launch-date", "debt-warning"} <= {
        notice.rule for notice in await told.made() if notice.id not in before
    }


async def test_conditions_of_an_approval_of_the_same_facts_are_told(told: Desk) -> None:
    condition = {"gate": "senior-agreement", "number": 1, "condition": "Brief the helplines again"}
    await told.say(agreed(version=5, plan_version=2, conditions=[condition]))
    await told.say(sample(CampaignApproved, **OWING, version=6, plan_version=2, told_since=1))
    assert await teams(told, "conditions") == {"design-community"}


@pytest.mark.parametrize(("reopened", "words"), [(["launch"], "You hear again when"), ([], "This is approved already")])
async def test_the_press_office_hears_again_of_what_is_approved_anew_and_of_nothing_else(
    told: Desk, reopened: list[str], words: str
) -> None:
    await told.say(amended(reopened=reopened))
    (notice, *_) = await told.of_rule("plan-changed-press")
    assert words in notice.content.text
