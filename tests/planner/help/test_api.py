"""Help: a designer asks a team, the team answers, and both sides see the request with its owner."""

from tests.planner.given.people import People

WANTED = {"team": "communications", "question": "Is the tone of the second letter too sharp?"}


async def test_a_request_for_help_has_an_owner_and_an_answer_that_both_sides_see(people: People) -> None:
    await people.draft()
    await people.done("designer", "POST", "/help", WANTED)
    (asked,) = await people.read("/help", "communications-lead")
    assert (asked["number"], asked["team"], asked["asked_by"], asked["answer"]) == (
        1, "communications", "designer", None,
    )  # fmt: skip
    answer = {"answer": "Leave out the second sentence."}
    assert (await people.do("press-office-lead", "PUT", "/help/1/answer", answer)).status_code == 403
    assert (await people.do("communications-lead", "PUT", "/help/2/answer", answer)).status_code == 404
    await people.done("communications-lead", "PUT", "/help/1/answer", answer)
    (answered,) = await people.read("/help")
    assert (answered["answered_by"], answered["answer"]) == ("communications-lead", answer["answer"])
    assert (await people.said())[-2:] == ["help.requested", "help.answered"]


async def test_a_team_that_helps_nobody_is_refused_with_those_that_do(people: People) -> None:
    await people.draft()
    refused = await people.do("designer", "POST", "/help", WANTED | {"team": "on-call"})
    assert refused.status_code == 422
    assert "ask design-community, communications" in refused.text
