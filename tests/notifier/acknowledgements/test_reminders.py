"""Silence is followed by reminders, and then by others who are asked, until somebody answers."""

from datetime import timedelta
from pathlib import Path

import pytest

from shared.contracts import CampaignStopped, NoticeAcknowledged
from tests.notifier.given.desk import RULEBOOK, Desk, opened
from tests.support.clocks import NOON
from tests.support.inside import Corner
from tests.support.samples import sample


async def test_silence_is_followed_by_a_reminder_and_then_by_others_until_somebody_answers(asked: Desk) -> None:
    """Customer services work from 08:00 to 18:00; the first reminder comes after ten hours of that."""
    tuesday = NOON + timedelta(days=1)
    advance = {("advance-notice", "customer-services")}
    assert await asked.at(tuesday - timedelta(minutes=1)) == {("team-digest", "analysts")}
    assert await asked.at(tuesday) & advance == advance
    reminder = next(n for n in await asked.made() if n.template == "reminder")
    assert reminder.content.subject.startswith("Still to acknowledge: OTM-26-0042")
    assert await asked.at(tuesday + timedelta(hours=23)) & advance == set()
    for day in (2, 3, 4):
        assert ("advance-notice", "on-call") in await asked.at(NOON + timedelta(days=day))
    escalation = next(n for n in await asked.made() if n.template == "escalation")
    assert (escalation.team, escalation.urgency.value) == ("on-call", "urgent")
    await asked.acknowledging.acknowledge(escalation.id, "rota-1")
    assert ("advance-notice", "on-call") not in await asked.at(NOON + timedelta(days=7))
    (said,) = asked.spoken.of(NoticeAcknowledged)
    assert (said.team, said.acknowledged_by) == ("customer-services", "rota-1")


async def test_whoever_stands_in_that_day_is_asked_in_the_place_of_a_silent_team(
    asked: Desk, corner: Corner, tmp_path: Path
) -> None:
    away = "stand_ins: [{team: compliance, from: 2026-09-07, until: 2026-09-09}]"
    mine = tmp_path / "directory.yaml"
    mine.write_text(
        (RULEBOOK / "directory.yaml").read_text().replace("name: Customer Services", f"name: The desk\n    {away}")
    )
    async with opened(corner, 0, directory_file=mine) as desk:
        await desk.at(NOON + timedelta(days=1))
        assert ("advance-notice", "compliance") in await desk.at(NOON + timedelta(days=2))  # the last day they are away
        assert ("advance-notice", "on-call") in await desk.at(NOON + timedelta(days=3))


async def test_after_a_long_silence_of_the_service_itself_nobody_is_reminded_twice_at_once(asked: Desk) -> None:
    await asked.at(NOON + timedelta(days=21))
    assert len([n for n in await asked.of_rule("advance-notice") if n.template in ("reminder", "escalation")]) == 1


async def test_of_a_campaign_that_was_stopped_nobody_is_asked_any_more(asked: Desk) -> None:
    await asked.say(sample(CampaignStopped))
    assert not await asked.at(NOON + timedelta(days=1)) & {("advance-notice", "customer-services")}


async def test_a_crash_between_saying_and_noting_reminds_once(asked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def die(*_: object) -> None:
        raise SystemError("killed")

    asked.clock.instant = NOON + timedelta(days=1)
    with monkeypatch.context() as dying:
        dying.setattr(asked.asks, "reminded", die)
        with pytest.raises(SystemError):
            await asked.chasing.step()
    await asked.turn()
    assert len([n for n in await asked.of_rule("advance-notice") if n.template == "reminder"]) == 1
