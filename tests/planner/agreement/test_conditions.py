"""A condition of an approval is met by somebody's word before anything is launched."""

from tests.planner.given.people import REASON, People
from tests.planner.given.plans import GATES
from tests.planner.given.problems import broken

LEAD = "communications-tone-lead"
CONDITION = {"reason": "Plain enough", "conditions": ["Say at the top that nothing may be owed", "Ask in Welsh too"]}


async def test_nothing_is_launched_before_every_condition_is_said_to_be_met(people: People) -> None:
    await people.draft()
    await people.answer()
    await people.word()
    await people.submit()
    await people.done(LEAD, "POST", "/gates/communications-tone/approval", CONDITION)
    await people.pass_gates(*GATES[1:])
    await people.sign_off()
    place = "conditions.communications-tone"
    refused = await people.do("designer", "POST", "/launch", REASON)
    assert broken(refused) == {(f"{place}.1", "met"), (f"{place}.2", "met")}
    await people.done(LEAD, "POST", "/gates/communications-tone/conditions/2", REASON)
    assert broken(await people.do("designer", "POST", "/launch", REASON)) == {(f"{place}.1", "met")}
    by_designer = await people.do("designer", "POST", "/gates/communications-tone/conditions/1", REASON)
    beyond = await people.do(LEAD, "POST", "/gates/communications-tone/conditions/3", REASON)
    silent = await people.do(LEAD, "POST", "/gates/communications-tone/conditions/1", {"reason": ""})
    assert [answer.status_code for answer in (by_designer, beyond, silent)] == [403, 404, 422]
    await people.done(LEAD, "POST", "/gates/communications-tone/conditions/1", REASON)
    assert (await people.done("designer", "POST", "/launch", REASON))["state"] == "live"
