"""The right team is told of an event: once, and not before what the notice is about is known."""

from typing import Any

import pytest

from services.notifier.notices.notice import State
from services.notifier.notices.writer import NotTold
from services.notifier.rendering.content import Content
from services.notifier.rulebook.rules import Urgency
from shared.contracts import (
    CampaignApproved,
    CampaignPaused,
    CampaignSubmitted,
    EvaluationPublished,
    LinesToTakePublished,
    NoticeFailed,
    ReferralRaised,
    WaveStarted,
)
from shared.errors import NotYet
from shared.identifiers import new_id
from tests.notifier.given.desk import Desk, heard
from tests.notifier.given.planned import amended
from tests.support.clocks import NOON
from tests.support.samples import sample

PAUSED = {("paused", "customer-services"), ("paused", "letter-issuer"), ("paused", "press-office")}


async def rules(desk: Desk) -> set[tuple[str, str]]:
    return {(notice.rule, notice.team) for notice in await desk.made()}


async def test_an_event_that_is_heard_twice_is_told_once_at_every_address(desk: Desk) -> None:
    await desk.approved()
    await desk.say(sample(CampaignPaused))
    assert await rules(desk) == PAUSED
    press = [(notice.address, notice.urgency) for notice in await desk.of_rule("paused", "press-office")]
    assert sorted(press) == [
        ("press-office-duty@authority.example", Urgency.URGENT), ("press-office@authority.example", Urgency.URGENT),
    ]  # fmt: skip
    before = len(await desk.made())
    await desk.say(sample(CampaignPaused))  # paused once more is another event
    assert len(await desk.made()) == 2 * before


async def test_an_event_that_comes_before_what_it_builds_on_waits(desk: Desk) -> None:
    started, approved = heard(sample(WaveStarted)), heard(sample(CampaignApproved))
    with pytest.raises(NotYet, match="approval"):
        await desk.hear.start_wave(started)
    with pytest.raises(NotYet, match="lines to take"):
        await desk.hear.announce_campaign(approved)
    assert await desk.made() == []
    await desk.hear.keep_lines_to_take(heard(sample(LinesToTakePublished)))
    await desk.hear.announce_campaign(approved)
    await desk.hear.start_wave(started)
    told = await rules(desk)
    assert {rule for rule, _ in told} == {
        "advance-notice", "issuer-briefing", "launch-date", "debt-warning", "wave-started",
    }  # fmt: skip


async def test_a_plan_that_was_changed_before_its_approval_was_heard_is_told_to_nobody(desk: Desk) -> None:
    await desk.say(sample(LinesToTakePublished), amended())
    told = await rules(desk)
    await desk.say(sample(CampaignApproved))
    assert await rules(desk) == told == {
        ("plan-changed", "customer-services"), ("plan-changed", "letter-issuer"),
    }, "the press office was told of no plan before, and hears of no change"  # fmt: skip


async def test_new_lines_to_take_are_told_once_the_plan_is_known_and_not_with_it(desk: Desk) -> None:
    await desk.say(sample(LinesToTakePublished), sample(CampaignApproved))
    assert await desk.of_rule("new-lines") == []
    await desk.say(sample(LinesToTakePublished, version=2))
    assert {(notice.team, notice.lines_to_take) for notice in await desk.of_rule("new-lines")} == {
        ("customer-services", 2), ("letter-issuer", 2), ("debt-management", 2),
    }  # fmt: skip


async def test_a_team_that_is_not_in_the_directory_is_told_to_the_team_on_call_and_dead_lettered(desk: Desk) -> None:
    event = heard(sample(ReferralRaised, team="dept-management"))
    for _ in range(2):
        with pytest.raises(NotTold, match="no team dept-management"):
            await desk.hear.notify(event)
    (notice,) = await desk.made()
    assert (notice.team, notice.rule, notice.urgency) == ("on-call", "went-wrong", Urgency.URGENT)
    assert "no team dept-management" in notice.content.text


async def test_a_template_that_fails_stops_no_other_notice_and_is_told_to_the_team_on_call(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.approved()
    render = desk.templates.render

    def failing(template: str, facts: Any) -> Content:
        if template == "debt-warning":
            raise ZeroDivisionError("division by zero")
        return render(template, facts)

    event = heard(sample(CampaignApproved))
    with monkeypatch.context() as broken:
        broken.setattr(desk.templates, "render", failing)
        for _ in range(2):
            with pytest.raises(NotTold, match="debt-warning failed with ZeroDivisionError"):
                await desk.hear.announce_campaign(event)
    told = await rules(desk)
    assert ("went-wrong", "on-call") in told
    assert ("issuer-briefing", "letter-issuer") in told
    assert ("debt-warning", "debt-management") not in told
    await desk.hear.announce_campaign(event)  # replayed, when the template is mended
    assert await rules(desk) - told == {("debt-warning", "debt-management")}
    assert len(await desk.of_rule("went-wrong")) == 1


async def test_what_is_of_low_urgency_waits_for_the_digest_of_its_team(desk: Desk) -> None:
    await desk.approved()
    await desk.say(sample(CampaignApproved))
    assert await desk.of_rule("trial-plan") == []
    assert await desk.at(NOON.replace(day=8, hour=8, minute=29)) == set()
    told = await desk.at(NOON.replace(day=8, hour=8, minute=30))  # 09:30 in summer time
    assert ("team-digest", "analysts") in told
    (digest,) = await desk.of_rule("team-digest")
    assert "the trial as approved" in digest.content.text


async def test_quiet_hours_put_off_what_is_not_urgent(desk: Desk) -> None:
    desk.clock.instant = NOON.replace(day=11, hour=21)  # Friday night
    await desk.say(sample(CampaignSubmitted))
    notices = {notice.team: notice for notice in await desk.made()}
    assert notices["communications"].due_at == NOON.replace(day=14, hour=6, minute=30)
    assert notices["communications"].state is State.PENDING
    assert notices["design-community"].due_at == NOON.replace(day=14, hour=7)


async def test_more_than_a_team_takes_in_an_hour_waits_for_the_next(desk: Desk) -> None:
    limit = desk.book.teams["letter-issuer"].hourly_limit
    assert limit is not None
    await desk.approved()
    for number in range(2, limit + 4):
        await desk.hear.keep_lines_to_take(heard(sample(LinesToTakePublished, version=number)))
    due = sorted(notice.due_at for notice in await desk.of_rule("new-lines", "letter-issuer"))
    assert due == [NOON] * limit + [NOON.replace(hour=13)] * 2
    await desk.say(sample(CampaignPaused))
    assert [notice.due_at for notice in await desk.of_rule("paused", "letter-issuer")] == [NOON]


async def test_repeats_of_an_alert_within_the_hour_are_left_out(desk: Desk) -> None:
    failed = sample(NoticeFailed)
    await desk.say(failed, failed, failed.model_copy(update={"reason": "mail-not-taken"}))
    assert len(await desk.of_rule("not-delivered")) == 1
    await desk.say(failed.model_copy(update={"team": "press-office"}))  # another team is another matter
    assert len(await desk.of_rule("not-delivered")) == 2
    await desk.say(failed, at=NOON.replace(hour=13))
    assert len(await desk.of_rule("not-delivered")) == 3
    await desk.say(failed.model_copy(update={"team": "on-call"}), at=NOON.replace(hour=14))
    assert len(await desk.of_rule("not-delivered")) == 3  # not by the way that has just failed


async def test_a_published_result_is_told_to_analysts_and_to_the_author_by_whom_they_are_reached(desk: Desk) -> None:
    await desk.approved()
    await desk.say(sample(EvaluationPublished))
    told = {team for rule, team in await rules(desk) if rule == "evaluation-published"}
    assert told == {"analysts", "design-community"}
    await desk.say(sample(EvaluationPublished, author="press-office", evaluation=new_id()))
    assert ("evaluation-published", "press-office") in await rules(desk)
