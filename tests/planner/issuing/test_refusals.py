"""A plan that dispatcher refused is seen as refused by everybody, holds the launch, and has a way out."""

from typing import Any

from shared.contracts import AgreementChanged, CampaignRefused, ChannelsOffered, PopulationLoaded
from tests.planner.given.hearing import CAMPAIGN, handlers, heard
from tests.planner.given.people import REASON, People
from tests.planner.given.plans import plan
from tests.planner.given.problems import broken
from tests.support.inside import Inside
from tests.support.samples import sample


def refusal(**changes: Any) -> CampaignRefused:
    return sample(CampaignRefused, campaign=CAMPAIGN, refused_at="2026-08-10T09:00:00Z", **changes)


async def test_a_refusal_holds_the_launch_until_the_plan_is_another(planner: Inside, people: People) -> None:
    await people.approved()
    await people.sign_off()
    for _ in range(2):  # it may be heard twice
        await handlers(planner).note_refusal(heard(refusal()))
    assert (await people.read("/launch"))["problems"] == [
        {"field": "dispatch.arms.1.channel", "rule": "unknown-channel",
         "message": "dispatcher refused the plan: the channels are print, third-party"}
    ]  # fmt: skip
    assert (await people.do("designer", "POST", "/launch", REASON)).status_code == 422
    assert [entry["step"] for entry in await people.read("/history")].count("note-refusal") == 1
    latest = [each for each in await planner.said() if each.type == AgreementChanged.event_type][-1]
    assert b'"refused":[{"field":"arms.1.channel"' in latest.body
    await people.done("designer", "PUT", "/plan", {"plan": plan(resource="Two people"), **REASON})
    assert not [p for p in (await people.read("/launch"))["problems"] if p["field"].startswith("dispatch")]


async def test_a_refusal_of_a_live_campaign_pauses_it_so_that_its_plan_can_be_changed(
    planner: Inside, people: People
) -> None:
    await people.live()
    await handlers(planner).note_refusal(heard(refusal()))
    assert (await people.said())[-1:] == ["campaign.paused"]
    campaign = await people.read()
    assert (campaign["state"], campaign["refused"]["plan_version"]) == ("paused", 1)
    assert (await people.do("designer", "POST", "/resumption", REASON)).status_code == 422
    changed = await people.done("designer", "PUT", "/plan", {"plan": plan(resource="Two people"), **REASON})
    await people.pass_gates("senior-agreement")
    resumed = await people.done("designer", "POST", "/resumption", REASON)
    assert (changed["plan_version"], resumed["state"]) == (2, "live")


async def test_a_refusal_of_an_earlier_plan_changes_nothing(planner: Inside, people: People) -> None:
    await people.approved()
    await people.done("designer", "PUT", "/plan", {"plan": plan(resource="Two people"), **REASON})
    version = (await people.read())["version"]
    await handlers(planner).note_refusal(heard(refusal()))
    assert (await people.read())["version"] == version


async def test_a_refused_plan_is_tried_again_once_dispatcher_offers_more(planner: Inside, people: People) -> None:
    await people.approved()
    await people.sign_off()
    await handlers(planner).note_refusal(heard(refusal()))
    await handlers(planner).keep_offer(heard(sample(ChannelsOffered, offered_at="2026-08-11T08:00:00Z")))
    await people.done("designer", "POST", "/launch", REASON)
    assert (await people.said())[-2:] == ["campaign.approved", "campaign.launched"]


async def test_who_is_in_which_arm_cannot_be_changed_once_the_population_is_loaded(
    planner: Inside, people: People
) -> None:
    await people.approved()
    await handlers(planner).note_population(heard(sample(PopulationLoaded, campaign=CAMPAIGN)))
    arms = [arm | {"share": 3} for arm in plan()["arms"]]
    changed = await people.do("designer", "PUT", "/plan", {"plan": plan(arms=arms, allocation_seed=8), **REASON})
    assert broken(changed) == {("arms", "randomised-already"), ("allocation_seed", "randomised-already")}
    problems = [{"field": "arms", "rule": "randomised-already", "message": "the customers are in their arms"}]
    await handlers(planner).note_refusal(heard(refusal(problems=problems)))
    back = await people.do("designer", "PUT", "/plan", {"plan": plan(arms=arms, allocation_seed=8), **REASON})
    assert back.status_code == 200, "what dispatcher refused may be changed back"
