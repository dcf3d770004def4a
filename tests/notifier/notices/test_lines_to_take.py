"""Lines to take reach each audience that they are for, and new ones ask again the teams whose word they void."""

from datetime import timedelta

from services.notifier.notices.notice import Notice
from shared.contracts import CampaignApproved, CampaignCompleted, LinesToTakePublished
from tests.notifier.given.desk import PUBLIC_URL, Desk
from tests.notifier.given.planned import agreed, launched
from tests.notifier.given.teams import asked, teams
from tests.support.clocks import NOON
from tests.support.samples import sample


async def page(desk: Desk, notice: Notice) -> str:
    async with desk.notifier.caller(None) as person:
        return (await person.get((desk.links.of(notice) or "").removeprefix(PUBLIC_URL))).text


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
