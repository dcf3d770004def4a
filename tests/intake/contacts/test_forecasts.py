"""Forecasts that are heard replace the one before where they are later ones."""

from tests.intake.given.excursions import at, body_of, calls, forecast, hear, look
from tests.support.inside import Corner, Inside


async def test_an_older_forecast_that_is_heard_late_replaces_nothing(intake: Inside, corner: Corner) -> None:
    newer, older = forecast(a_day=30, waves=2), forecast(a_day=10, waves=1)
    for said in (newer, older, newer, older):
        await hear(intake, said)
    corner.move_clock(at(0, 18))
    await calls(intake, 25, at(0, 11))
    assert await look(intake, corner, at(0, 18)) == []


async def test_a_forecast_of_the_same_waves_replaces_the_one_before_where_it_is_a_later_one(
    intake: Inside, corner: Corner
) -> None:
    for said in (
        forecast(a_day=30, revision=7, communications=200),
        forecast(a_day=10, revision=7, communications=100),
        forecast(a_day=10, revision=6, communications=900),
    ):
        await hear(intake, said)
    corner.move_clock(at(0, 18))
    await calls(intake, 25, at(0, 11))
    assert await look(intake, corner, at(0, 18)) == []
    await hear(intake, forecast(a_day=10, revision=8, communications=100))  # slowed, say
    (exceeded,) = await look(intake, corner, at(0, 19))
    assert body_of(exceeded)["expected"] == 10
