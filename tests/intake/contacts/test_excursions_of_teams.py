"""Teams with more contacts than their share are told, where all teams together are as forecast."""

from tests.intake.given.excursions import at, body_of, calls, forecast, hear, look
from tests.support.inside import Corner, Inside


async def test_a_team_with_more_than_its_share_is_told_where_all_teams_together_are_as_forecast(
    intake: Inside, corner: Corner
) -> None:
    teams = [{"team": "helpline", "percent": 20}, {"team": "letter-issuer", "percent": 80}]
    await hear(intake, forecast(a_day=40, teams=teams))
    corner.move_clock(at(0, 18))
    await calls(intake, 26, at(0, 11))
    await look(intake, corner, at(0, 18))
    (said,) = await look(intake, corner, at(0, 19))
    body = body_of(said)
    assert (body["team"], body["contacts"], body["expected"], body["still_expected"]) == (
        "helpline", 26, 8, 32
    )  # fmt: skip
    assert said.type == "contact-volume.exceeded.v1"


async def test_where_all_teams_together_have_too_many_no_team_is_told_besides(intake: Inside, corner: Corner) -> None:
    await hear(intake, forecast(teams=[{"team": "helpline", "percent": 50}]))
    corner.move_clock(at(0, 18))
    await calls(intake, 40, at(0, 11))
    await look(intake, corner, at(0, 18))
    (said,) = await look(intake, corner, at(0, 19))
    assert body_of(said)["team"] is None


async def test_a_team_of_another_name_is_not_taken_for_one_that_nobody_gets_in_touch_with(
    intake: Inside, corner: Corner
) -> None:
    await hear(intake, forecast(a_day=20, teams=[{"team": "extra-help", "percent": 100}]))
    for day in (0, 1, 2):
        corner.move_clock(at(day, 18))
        await calls(intake, 20, at(day, 11))
    assert await look(intake, corner, at(3, 9)) == []
