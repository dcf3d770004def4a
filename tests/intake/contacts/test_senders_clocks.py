"""Clocks of senders that are an hour wrong change no verdict on contacts, and one that is ahead is told so."""

from datetime import timedelta

import pytest

from tests.intake.given.excursions import at, body_of, calls, forecast, hear, look
from tests.intake.given.letters import ENGLISH, contacts_kept, report, send, send_in_a_stream
from tests.support.inside import Corner, Inside


async def test_a_clock_that_is_an_hour_ahead_is_told_to_its_sender_and_counts_for_nothing(
    intake: Inside, corner: Corner
) -> None:
    await hear(intake, forecast())
    corner.move_clock(at(0, 12))
    ahead = report(received_at=at(0, 13).isoformat(), letter_reference=ENGLISH)
    for way in (send, send_in_a_stream):
        for _ in range(24):
            refused = await way(intake, ahead)
            assert refused.status_code == 422
    problem = (await send(intake, ahead)).json()["problems"][0]
    assert (problem["field"], problem["rule"]) == ("received_at", "not-ahead")
    assert "60 minutes ahead: check the sender's clock" in problem["message"]
    assert await contacts_kept(intake) == 2 * 24  # somebody else's, before and after each in its stream
    assert await look(intake, corner, at(0, 14)) == []
    corner.move_clock(at(0, 12))
    await calls(intake, 1, at(0, 12) + timedelta(minutes=5))  # clocks differ by minutes


@pytest.mark.parametrize("behind", [timedelta(), timedelta(hours=1)], ids=["right", "an hour behind"])
async def test_a_clock_that_is_an_hour_behind_changes_no_verdict(
    intake: Inside, corner: Corner, behind: timedelta
) -> None:
    await hear(intake, forecast())
    for day, (early, late) in enumerate(((4, 7), (16, 9))):
        corner.move_clock(at(day, 9))
        await calls(intake, early, at(day, 9) - behind)
        said = await look(intake, corner, at(day, 9) + timedelta(minutes=1))
        corner.move_clock(at(day, 18))
        await calls(intake, late, at(day, 18) - behind)
        said = await look(intake, corner, at(day, 18) + timedelta(minutes=1))
    (exceeded,) = said
    body = body_of(exceeded)
    assert (body["contacts"], body["since"], body["exceeded_at"][:13]) == (16, "2026-09-15", "2026-09-15T08")
