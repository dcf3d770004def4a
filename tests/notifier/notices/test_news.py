"""Teams that were told of a campaign hear what becomes of it, in words that are true that day; others do not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifier.notices.notice import Notice
from shared.contracts import (
    CampaignApproved,
    CampaignCompleted,
    CampaignPaused,
    CampaignResumed,
    CampaignStopped,
    FiguresChanged,
    LinesToTakePublished,
    WaveStarted,
)
from tests.notifier.given.desk import CAMPAIGN, PUBLIC_URL, Desk
from tests.notifier.given.planned import agreed, amended, launched, rejected
from tests.support.clocks import NOON
from tests.support.samples import sample, stored

OWING = {"liability_expected": True}
HANDLED = {
    "advance-notice": "Customers who cannot pay: Debt Management. Time to pay, by the usual rules.",
    "debt-warning": "Time to pay online up to 30,000 pounds.",
    "issuer-briefing": "Call the helpline, give the letter reference, put the customer through.",
}
"""By rule, what the campaign of the samples says of responses to whom it concerns."""


@pytest.fixture
async def told(desk: Desk) -> Desk:
    """Everybody whom the rules tell has been told of the approved plan, which leaves customers with more to pay."""
    await desk.say(sample(LinesToTakePublished), sample(CampaignApproved, **OWING))
    await desk.delivery.step()
    await desk.delivery.idle()
    return desk


async def teams(desk: Desk, *rules: str) -> set[str]:
    return {notice.team for notice in await desk.made() if notice.rule in rules}


async def asked(desk: Desk, rule: str) -> set[str]:
    return {notice.team for notice in await desk.of_rule(rule) if notice.needs_acknowledgement}


async def page(desk: Desk, notice: Notice) -> str:
    async with desk.notifier.caller(None) as person:
        return (await person.get((desk.links.of(notice) or "").removeprefix(PUBLIC_URL))).text


@pytest.mark.parametrize(
    ("course", "event"),
    [
        ("paused", sample(CampaignPaused)), ("resumed", sample(CampaignResumed)), ("stopped", sample(CampaignStopped)),
        ("launched", launched()), ("rejected", rejected()), ("completed", sample(CampaignCompleted)),
    ],
)  # fmt: skip
async def test_a_team_that_was_told_hears_of_every_turn_and_another_hears_nothing(
    told: Desk, course: str, event: Any
) -> None:
    before = {notice.id for notice in await told.made()}
    await told.say(event)
    hearing = {notice.team for notice in await told.made() if notice.id not in before}
    assert {"debt-management", "customer-services", "press-office", "letter-issuer", "analysts"} <= hearing
    assert not hearing & {"communications", "compliance", "complaints", "extra-support", "on-call"}
    assert await teams(told, f"{course}-others") >= {"debt-management"}
    each = [notice.team for notice in await told.made() if notice.id not in before and notice.urgency != "urgent"]
    assert len(each) == len(set(each)), "nobody is told twice"


async def test_a_change_is_told_to_those_who_were_told_also_where_they_had_not_answered(told: Desk) -> None:
    await told.say(amended(void=["customer-services"]))
    assert await teams(told, "plan-changed") == {"customer-services"}
    assert await teams(told, "plan-changed-others") == {"debt-management", "letter-issuer", "analysts"}


async def test_a_resumption_says_the_plan_again_to_nobody_and_names_the_waves_to_come(told: Desk) -> None:
    await told.say(launched(), sample(WaveStarted, wave=1, on="2026-09-07"), sample(CampaignPaused, version=41))
    before = {notice.id for notice in await told.made()}
    told.clock.instant = NOON + timedelta(days=30)
    await told.say(sample(CampaignApproved, **OWING, version=42), sample(CampaignResumed, version=42, plan_version=1))
    new = [notice for notice in await told.made() if notice.id not in before]
    assert {notice.rule for notice in new} == {"resumed", "resumed-others"}
    assert all("planned to launch" not in notice.content.text for notice in new)
    assert all("Tuesday 8 September 2026" in n.content.text and "7 September" not in n.content.text for n in new)


async def test_a_changed_plan_of_a_launched_campaign_is_not_said_to_be_planned_to_launch(told: Desk) -> None:
    await told.say(launched(), amended(version=41))
    before = {notice.id for notice in await told.made()}
    await told.say(sample(CampaignApproved, **OWING, version=42, plan_version=2))
    new = [notice for notice in await told.made() if notice.id not in before]
    assert {notice.rule for notice in new} == {"advance-notice", "issuer-briefing", "launch-date", "debt-warning"}
    assert all("planned to launch" not in notice.content.text for notice in new)


async def test_debt_management_is_asked_and_reminded_where_customers_may_owe_more(told: Desk) -> None:
    assert await asked(told, "debt-warning") == {"debt-management"}
    (notice,) = await told.of_rule("debt-warning")
    assert "Contacts expected by week" in notice.content.text
    await told.at(NOON + timedelta(days=2, hours=1))
    assert ("reminder", "debt-management") in {(n.template, n.team) for n in await told.of_rule("debt-warning")}


async def test_debt_management_is_told_and_not_asked_where_planner_does_not_need_its_word(desk: Desk) -> None:
    await desk.say(sample(LinesToTakePublished), agreed(teams=[]), sample(CampaignApproved, **OWING))
    assert (await teams(desk, "debt-warning"), await asked(desk, "debt-warning")) == ({"debt-management"}, set())


async def test_new_lines_ask_again_each_team_whose_word_they_void_and_the_old_link_says_so(told: Desk) -> None:
    (first,) = await told.of_rule("advance-notice")
    await told.acknowledging.acknowledge(first.id, "desk-7")
    assert "Acknowledged by desk-7" in await page(told, first)
    await told.say(agreed(lines_to_take=2, version=7), sample(LinesToTakePublished, version=2))
    assert await asked(told, "new-lines") == {"customer-services", "letter-issuer", "debt-management", "press-office"}
    assert "This was changed since" in await page(told, first)
    (again,) = await told.of_rule("new-lines", "customer-services")
    await told.acknowledging.acknowledge(again.id, "desk-7")
    ask = await told.asks.get(again.thread)
    assert ask is not None
    assert (ask.plan_version, ask.lines_to_take) == (1, 2)


async def test_new_lines_ask_nobody_whose_word_planner_does_not_need(told: Desk) -> None:
    needed = [{"team": "customer-services", "needed": True, "knows": False}]
    await told.say(agreed(lines_to_take=2, version=7, teams=needed), sample(LinesToTakePublished, version=2))
    assert await teams(told, "new-lines") == {"customer-services", "letter-issuer"}
    assert await asked(told, "new-lines") == {"customer-services"}


async def test_new_lines_of_a_completed_campaign_are_told_and_ask_nobody(told: Desk) -> None:
    await told.say(launched(), sample(CampaignCompleted, version=50), sample(LinesToTakePublished, version=2))
    assert (await teams(told, "new-lines") >= {"customer-services"}, await asked(told, "new-lines")) == (True, set())


async def test_the_final_word_has_the_latest_lines_and_not_those_of_the_approval(told: Desk) -> None:
    line = {"question": "Is there a new question?", "answer": "Yes, **this** one."}
    await told.say(sample(LinesToTakePublished, version=2, lines=[line]))
    await told.at(NOON - timedelta(days=3))  # 21 August, ten working days before the launch
    (final,) = await told.of_rule("final-notice")
    assert "Is there a new question?" in final.content.text
    assert final.lines_to_take == 2


async def test_each_audience_gets_its_own_script_and_the_lines_of_every_language_and_arm(desk: Desk) -> None:
    scripts = [
        {"title": "For helplines", "body": "Say A."},
        {"title": "For the issuer", "body": "Say B.", "audience": "letter-issuer"},
        {"title": "Cymraeg", "body": "Dywedwch A.", "language": "cy"},
    ]
    lines = [
        {"question": "Why me?", "answer": "Because.", "arms": ["plain"]},
        {"question": "Pam fi?", "answer": "Oherwydd.", "language": "cy"},
    ]
    media = [{"body": "In English."}, {"body": "Yn Gymraeg.", "language": "cy"}]
    words = {"lines": lines, "scripts": scripts, "media": media}
    await desk.say(sample(LinesToTakePublished, **words), sample(CampaignApproved, letter_issuer_takes_calls=True))
    (helpline,), (issuer,) = await desk.of_rule("advance-notice"), await desk.of_rule("issuer-briefing")
    assert ("Say A." in helpline.content.text, "Say B." in helpline.content.text) == (True, False)
    assert ("Say A." in issuer.content.text, "Say B." in issuer.content.text) == (False, True)
    assert "Dywedwch A." in helpline.content.text
    for notice in (helpline, issuer):
        assert "Why me? (letters of plain only)" in notice.content.text
        assert "Oherwydd." in notice.content.text
    (press,) = await desk.of_rule("launch-date")
    assert "Yn Gymraeg." in press.content.text


async def test_the_customers_who_are_asked_to_act_are_those_who_are_written_to(told: Desk) -> None:
    for rule in ("launch-date", "debt-warning"):
        (notice,) = await told.of_rule(rule)
        assert "about 16,667 are written to" in " ".join(notice.content.text.split())


async def test_each_team_is_told_how_it_handles_responses_by_the_plan(desk: Desk) -> None:
    await desk.say(sample(LinesToTakePublished), sample(CampaignApproved, letter_issuer_takes_calls=True, **OWING))
    told = {rule: " ".join((await desk.of_rule(rule))[0].content.text.split()) for rule in HANDLED}
    for rule, words in HANDLED.items():
        assert words in told[rule]


async def test_the_letter_issuer_is_told_the_letters_that_it_prints_and_not_the_e_mails(desk: Desk) -> None:
    *others, plain = stored(CampaignApproved)["arms"]
    arms = [*others, plain, {**plain, "code": "by-email", "channel": "email", "share": 3}]
    await desk.say(sample(LinesToTakePublished), sample(CampaignApproved, arms=arms))
    (briefing,) = await desk.of_rule("issuer-briefing")
    assert [size in briefing.content.text for size in ("4,000", "2,667", "10,000", "6,667")] == [
        True,
        True,
        False,
        False,
    ]
    electronic = [*others, {**plain, "channel": "email"}]
    await desk.say(sample(CampaignApproved, arms=electronic, plan_version=2, version=9))
    *_, briefing = await desk.of_rule("issuer-briefing")
    assert "No letters are printed" in briefing.content.text


async def test_after_a_pause_the_waves_and_the_calendar_have_the_days_on_which_they_come(told: Desk) -> None:
    await told.say(launched(), sample(WaveStarted, wave=1, on="2026-09-07"), sample(CampaignPaused, version=41))
    told.clock.instant = NOON + timedelta(days=30)
    before = {notice.id for notice in await told.made()}
    waves = [{"number": 2, "on": "2026-09-24", "size": 6_667}]
    days = [{"on": "2026-09-28", "low": 1, "central": 2, "high": 3}]
    resumed = sample(CampaignResumed, version=42, plan_version=1, waves=waves, expected_contacts=days)
    await told.say(sample(CampaignApproved, **OWING, version=42), resumed)
    texts = [notice.content.text for notice in await told.made() if notice.id not in before]
    assert texts
    assert all("24 September" in text and "8 September" not in text for text in texts)
    known = await told.campaigns.known(CAMPAIGN)
    assert known.plan
    assert [(wave.number, str(wave.on)) for wave in known.plan.waves] == [(1, "2026-09-07"), (2, "2026-09-24")]
    assert known.plan.expected_contacts[0].central == 2
    told.clock.instant = datetime(2026, 9, 24, 10, 30, tzinfo=UTC)  # half past eleven in London
    assert ("wave-missing", "customer-services") in await told.at(told.clock.instant)


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


async def test_a_correction_says_whose_wrong_letters_it_corrects_and_when_they_went_out(desk: Desk) -> None:
    wrong = {
        "campaign": "OTM-26-0041",
        "arms": ["plain"],
        "since": "2026-08-10",
        "until": "2026-08-11",
        "plan_version": 1,
    }
    await desk.say(sample(LinesToTakePublished), sample(CampaignApproved, **OWING, corrects=wrong))
    for rule in ("advance-notice", "issuer-briefing", "launch-date", "debt-warning"):
        (notice,) = (await desk.of_rule(rule))[:1]
        told = " ".join(notice.content.text.split())
        assert "wrong letters of OTM-26-0041 that went out from Monday 10 August" in told, rule


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


async def test_a_team_that_was_never_told_hears_of_no_rejection_and_of_no_change(desk: Desk) -> None:
    await desk.say(amended(void=[]), rejected())
    assert await desk.made() == []


@pytest.mark.parametrize(("reopened", "words"), [(["launch"], "You hear again when"), ([], "This is approved already")])
async def test_the_press_office_hears_again_of_what_is_approved_anew_and_of_nothing_else(
    told: Desk, reopened: list[str], words: str
) -> None:
    await told.say(amended(reopened=reopened))
    (notice, *_) = await told.of_rule("plan-changed-press")
    assert words in notice.content.text
