"""Re-fits on the real store: planner proposes the next schedule when reality differs, and a person decides."""

import asyncio
import json
from datetime import timedelta
from typing import Any

from services.planner.campaigns import Campaigns
from services.planner.handlers import Handlers
from services.planner.steering.loop_time import LoopTime
from shared.contracts import ContactVolumeExceeded
from shared.errors import Stale
from shared.events import Event
from tests.planner.given.hearing import CAMPAIGN, handlers, heard
from tests.planner.given.people import REASON, People
from tests.planner.given.problems import broken
from tests.planner.given.volumes import ASSUMED, DAYS, LETTERS, RATE, came, has_room, noon, waves, went_out
from tests.support.inside import Inside
from tests.support.samples import sample

SLOW = {
    "policy": {"action": "slow", "slow_to": 0.5, "also_tell": ["approvers"]},
    "reason": "Agreed with the helplines",
}


def exceeded() -> Event[ContactVolumeExceeded]:
    return heard(sample(ContactVolumeExceeded, campaign=CAMPAIGN))


async def until_heard(hear: Handlers, event: Event[ContactVolumeExceeded]) -> None:
    """As the bus does: somebody changed the campaign meanwhile, so it is heard again."""
    while True:
        try:
            return await hear.steer_exceeded(event)
        except Stale:
            await asyncio.sleep(0.01)


async def rung_more_than_forecast(planner: Inside, people: People) -> None:
    """A live campaign of three waves: the first is out, and twice as many customers get in touch as were forecast."""
    await people.live(schedule=waves(2_000, 9_000, 9_000), contact_assumptions=ASSUMED, daily_limit=20_000)
    await people.done("designer", "PUT", "/steering", SLOW)
    await went_out(planner, 2_000)
    for day, contacts in zip(DAYS[4:8], (30, 45, 60, 60), strict=True):
        await came(planner, day, contacts)


async def proposed(planner: Inside, people: People) -> dict[str, Any]:
    await rung_more_than_forecast(planner, people)
    planner.move_clock(noon(DAYS[8]))
    await handlers(planner).steer_exceeded(exceeded())
    (proposal,) = await people.read("/refits")
    found: dict[str, Any] = proposal
    return found


async def test_an_excursion_that_replicas_hear_many_times_brings_one_proposal(planner: Inside, people: People) -> None:
    await rung_more_than_forecast(planner, people)
    planner.move_clock(noon(DAYS[8]))
    await asyncio.gather(*(until_heard(handlers(planner), exceeded()) for _ in range(6)))
    (proposal,) = await people.read("/refits")
    assert (proposal["number"], proposal["by"], proposal["excursion"]) == (1, "closed-loop", exceeded().data.excursion)
    assert proposal["decision"] is None
    assert proposal["contact_rate"]["central"] > 1.3 * RATE["central"]
    assert [wave["size"] for wave in proposal["waves"]] == [9_000, 9_000]
    for wave, words in zip(proposal["waves"], proposal["says"], strict=True):
        assert wave["letters"] < wave["size"]
        assert f"not {wave['planned']:,}: {wave['letters']:,} letters instead of 9,000" in words
    assert proposal["schedule"][0] == waves(2_000)[0]
    assert sum(wave["size"] for wave in proposal["schedule"]) == LETTERS
    assert all(wave["on"] > DAYS[8].isoformat() for wave in proposal["schedule"][1:])
    history = [entry for entry in await people.read("/history") if entry["step"] == "propose-refit"]
    assert [entry["about"] for entry in history] == ["refit-1"]


async def test_an_accepted_proposal_pauses_re_opens_what_it_touches_and_is_what_goes_out_after_its_resumption(
    planner: Inside, people: People
) -> None:
    proposal = await proposed(planner, people)
    before = {standing["gate"]["code"] for standing in await people.read("/gates") if standing["why_open"]}
    assert before == set()
    accepted = await people.done("designer", "POST", "/refits/1/acceptance", REASON)
    assert (accepted["state"], accepted["steering"]["daily_limit"]) == ("paused", None)
    assert accepted["refits"][0]["decision"]["accepted"]
    assert accepted["plan"]["schedule"] == proposal["schedule"]
    reopened = {standing["gate"]["code"] for standing in await people.read("/gates") if standing["why_open"]}
    assert reopened == {"affected-stakeholders"}
    teams = (await people.read("/stakeholders"))["teams"]
    assert {team["why_void"] for team in teams if team["needed"]} == {"plan-changed-since"}
    refused = await people.do("designer", "POST", "/resumption", REASON)
    assert refused.status_code == 422
    said = (await people.said())[-3:]
    assert said == ["campaign.slowed", "campaign.paused", "campaign.amended"]
    await people.pass_gates("affected-stakeholders")
    await people.sign_off()
    await people.done("designer", "POST", "/resumption", REASON)
    approved, resumed = (await people.decided())[-2:]
    assert (approved.type, resumed.type) == ("campaign.approved.v1", "campaign.resumed.v1")
    of_event = [{"on": wave["on"], "size": wave["size"]} for wave in json.loads(approved.body)["waves"]]
    assert of_event == proposal["schedule"]


async def test_the_schedule_of_a_proposal_keeps_to_the_capacity_of_teams_and_a_shortfall_is_told(
    planner: Inside, people: People
) -> None:
    await has_room(planner, 1_000)
    await has_room(planner, 250, "debt-management")
    await rung_more_than_forecast(planner, people)
    planner.move_clock(noon(DAYS[8]))
    await people.done("designer", "POST", "/refits")
    await has_room_now(planner, 30)
    await people.done("designer", "POST", "/refits")
    fits, short = await people.read("/refits")
    assert fits["shortfall"] is None
    assert short["shortfall"]["fewer_letters"] > 0
    assert sum(wave["size"] for wave in short["schedule"]) == LETTERS  # as the letters that bring what was planned


async def has_room_now(planner: Inside, contacts: int) -> None:
    async with planner.caller("intake-lead") as lead:
        body = {"capacity": {"team": "customer-services", "contacts": contacts}, "reason": "Illness"}
        kept = await lead.put("/v1/capacity/customer-services", json=body, headers={"If-Match": '"1"'})
        assert kept.status_code == 200


async def test_a_declined_proposal_changes_nothing_else_and_is_decided_once(planner: Inside, people: People) -> None:
    await proposed(planner, people)
    before = await people.read()
    assert (await people.do("designer", "POST", "/refits/1/refusal", {"reason": " "})).status_code == 422
    declined = await people.done("designer", "POST", "/refits/1/refusal", REASON)
    same = {"version", "changes", "refits"}
    assert {k: v for k, v in declined.items() if k not in same} == {k: v for k, v in before.items() if k not in same}
    assert not declined["refits"][0]["decision"]["accepted"]
    for path in ("/refits/1/refusal", "/refits/1/acceptance"):
        assert (await people.do("designer", "POST", path, REASON)).status_code == 409
    assert (await people.do("designer", "POST", "/refits/9/refusal", REASON)).status_code == 404
    assert (await people.do("analyst", "POST", "/refits/1/refusal", REASON)).status_code == 403


async def test_of_two_who_accept_at_once_one_does_and_its_events_are_kept_with_it(
    planner: Inside, people: People
) -> None:
    await proposed(planner, people)
    seen = f'"{(await people.read())["version"]}"'
    answers = await asyncio.gather(
        *(people.do("designer", "POST", "/refits/1/acceptance", REASON, seen) for _ in range(3))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    assert (await people.said()).count("campaign.amended") == 1


async def test_a_proposal_of_a_plan_that_has_changed_or_before_anything_is_out_is_refused(
    planner: Inside, people: People
) -> None:
    await people.live(contact_assumptions=ASSUMED, daily_limit=20_000)
    refused = await people.do("designer", "POST", "/refits")
    assert (refused.status_code, broken(refused)) == (422, {("campaign", "issued")})
    await handlers(planner).steer_exceeded(exceeded())  # noted, and nothing is proposed
    assert await people.read("/refits") == []


async def test_a_proposal_that_waits_is_said_and_listed_until_somebody_decides(planner: Inside, people: People) -> None:
    await proposed(planner, people)
    (said,) = [json.loads(event.body) for event in await planner.said() if event.type == "refit.proposed.v1"]
    assert (said["number"], said["author"], said["also"]) == (1, "designer", ["approvers"])
    assert [wave["size"] for wave in said["waves"]] == [9_000, 9_000]
    (listed,) = await waits(planner)
    assert (listed["campaign"], listed["kind"], listed["number"]) == (CAMPAIGN, "refit", 1)
    assert "letters instead of 9,000" in listed["says"][0]
    await people.done("designer", "POST", "/refits/1/refusal", REASON)
    assert await waits(planner) == []


async def test_the_end_of_the_loops_own_time_is_said_once_and_listed_until_a_person_decides(
    planner: Inside, people: People
) -> None:
    await people.live(contact_assumptions=ASSUMED, daily_limit=20_000)
    await people.done("designer", "PUT", "/steering", SLOW)
    planner.move_clock(noon(DAYS[1]))
    await handlers(planner).steer_exceeded(exceeded())
    replicas = [LoopTime(planner.part(Campaigns)) for _ in range(3)]
    assert not await replicas[0].step()
    planner.move_clock(noon(DAYS[1]) + timedelta(days=10, minutes=1))
    await asyncio.gather(*(replica.step() for replica in replicas * 2))
    assert not await replicas[1].step()
    (said,) = [json.loads(event.body) for event in await planner.said() if event.type == "loop-time.ended.v1"]
    assert (said["daily_limit"], said["author"], said["also"]) == (10_000, "designer", ["approvers"])
    (listed,) = await waits(planner)
    assert (listed["campaign"], listed["kind"]) == (CAMPAIGN, "loop-time-ended")
    await people.done("designer", "PUT", "/daily-limit", {"daily_limit": 5_000, "reason": "We look at it on Monday"})
    assert await waits(planner) == []
    assert not await replicas[0].step()


async def waits(planner: Inside) -> list[dict[str, Any]]:
    async with planner.caller("designer") as designer:
        found = await designer.get("/v1/waiting")
    assert found.status_code == 200
    return list(found.json())
