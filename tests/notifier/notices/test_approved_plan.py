"""Notices of an approved plan tell each team what the plan means for it: customers, letters and responses."""

from datetime import timedelta

from shared.contracts import CampaignApproved, LinesToTakePublished
from tests.notifier.given.desk import Desk
from tests.notifier.given.planned import OWING, agreed
from tests.notifier.given.teams import asked, teams
from tests.support.clocks import NOON
from tests.support.samples import sample, stored

HANDLED = {
    "advance-notice": "Customers who cannot pay: Debt Management. Time to pay, by the usual rules.",
    "debt-warning": "Time to pay online up to 30,000 pounds.",
    "issuer-briefing": "Call the helpline, give the letter reference, put the customer through.",
}
"""By rule, what the campaign of the samples says of responses to whom it concerns."""


async def test_debt_management_is_asked_and_reminded_where_customers_may_owe_more(told: Desk) -> None:
    assert await asked(told, "debt-warning") == {"debt-management"}
    (notice,) = await told.of_rule("debt-warning")
    assert "Contacts expected by week" in notice.content.text
    await told.at(NOON + timedelta(days=2, hours=1))
    assert ("reminder", "debt-management") in {(n.template, n.team) for n in await told.of_rule("debt-warning")}


async def test_debt_management_is_told_and_not_asked_where_planner_does_not_need_its_word(desk: Desk) -> None:
    await desk.say(sample(LinesToTakePublished), agreed(teams=[]), sample(CampaignApproved, **OWING))
    assert (await teams(desk, "debt-warning"), await asked(desk, "debt-warning")) == ({"debt-management"}, set())


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
