"""Nobody is reminded of what was answered elsewhere, passed or overtaken, or of a campaign that has ended."""

from datetime import timedelta

import pytest

from services.notifier.notices.notice import State
from shared.contracts import (
    CampaignApproved,
    CampaignCompleted,
    CampaignStopped,
    CampaignSubmitted,
    Contract,
    InformationVolunteered,
    LinesToTakePublished,
)
from tests.notifier.given.desk import PUBLIC_URL, Desk
from tests.notifier.given.planned import agreed, amended, rejected
from tests.support.clocks import NOON
from tests.support.samples import sample

TONE_OPEN = {"gates": [{"gate": "communications-tone", "why_open": "not-passed"}], "state": "submitted"}


async def chased(desk: Desk) -> set[tuple[str, str]]:
    """Returns the rule and team of each reminder that the next three days bring."""
    made = {notice.id for notice in await desk.made()}
    for days in (1, 2, 3):
        await desk.at(NOON + timedelta(days=days))
    return {
        (n.rule, n.team) for n in await desk.made() if n.id not in made and n.template in ("reminder", "escalation")
    }


@pytest.fixture
async def told(desk: Desk) -> Desk:
    """The plan is approved, and customer services and the letter issuer are asked to acknowledge it."""
    await desk.approved()
    await desk.say(sample(CampaignApproved))
    return desk


async def test_a_team_that_acknowledged_elsewhere_is_not_reminded_and_the_others_are(told: Desk) -> None:
    await told.say(agreed("customer-services"))
    assert {team for _, team in await chased(told)} == {"letter-issuer", "debt-management", "on-call"}
    assert {n.team for n in await told.made() if n.template == "escalation" and "Customer" in n.content.text} == set()


async def test_a_notice_that_waits_for_the_morning_asks_no_more_what_was_acknowledged_meanwhile(desk: Desk) -> None:
    await desk.approved()
    desk.clock.instant = NOON + timedelta(hours=10)
    await desk.say(sample(CampaignApproved, liability_expected=True), agreed("debt-management"))
    for rule, asks in (("debt-warning", False), ("advance-notice", True)):
        (notice,) = await desk.of_rule(rule)
        assert (notice.state, notice.needs_acknowledgement) == (State.PENDING, asks)


async def test_a_notice_of_a_gate_that_waits_for_the_morning_is_withdrawn_once_the_gate_is_passed(desk: Desk) -> None:
    desk.clock.instant = NOON + timedelta(hours=10)
    passed: dict[str, list[dict[str, str]]] = {
        "gates": [{"gate": "communications-tone"}, {"gate": "data-protection", "why_open": "not-passed"}]
    }
    await desk.say(agreed(state="submitted", version=3, **passed))
    passed["gates"][1] = {"gate": "data-protection"}
    await desk.say(agreed(state="submitted", version=4, **passed))
    assert [notice.state for notice in await desk.of_rule("gate-open")] == [State.VOID]


async def test_the_same_holds_where_planner_says_so_before_the_notice_is_written(desk: Desk) -> None:
    await desk.approved()
    await desk.say(agreed("customer-services", "letter-issuer", "debt-management"))
    await desk.say(sample(CampaignApproved))
    notices = await desk.of_rule("advance-notice")
    assert [notice.needs_acknowledgement for notice in notices] == [False]
    assert await chased(desk) == set()


async def test_an_acknowledgement_of_an_earlier_plan_or_of_earlier_lines_stops_no_reminder(told: Desk) -> None:
    await told.say(agreed("customer-services", "letter-issuer", "debt-management", lines_to_take=None))
    assert {team for _, team in await chased(told)} >= {"customer-services"}


async def test_an_older_word_of_planner_does_not_undo_a_newer_one(told: Desk) -> None:
    await told.say(agreed("customer-services", "letter-issuer", "debt-management", version=6), agreed(version=5))
    assert await chased(told) == set()


@pytest.mark.parametrize("end", [rejected(), sample(CampaignStopped), sample(CampaignCompleted)])
async def test_of_a_campaign_that_has_ended_nobody_is_asked_any_more(told: Desk, end: Contract) -> None:
    await told.say(sample(CampaignSubmitted))
    notice = (await told.of_rule("advance-notice"))[0]
    await told.say(end)
    assert await chased(told) == set()
    async with told.notifier.caller(None) as person:
        page = await person.post((told.links.of(notice) or "").removeprefix(PUBLIC_URL), content="by=desk-7")
    assert (page.status_code, "This campaign has ended" in page.text) == (409, True)


async def test_a_disclosure_is_chased_after_the_end_of_its_campaign(told: Desk) -> None:
    await told.say(sample(InformationVolunteered))
    await told.at(NOON + timedelta(minutes=15))
    await told.say(sample(CampaignStopped))
    assert {rule for rule, _ in await chased(told)} == {"disclosures"}


async def test_the_tone_review_is_over_when_its_gate_is_passed(desk: Desk) -> None:
    await desk.say(sample(CampaignSubmitted))
    await desk.say(agreed(version=2, **TONE_OPEN))
    assert {team for _, team in await chased(desk)} >= {"communications"}
    await desk.say(agreed(version=3, state="submitted"))
    desk.clock.instant = NOON
    assert not {rule for rule, _ in await chased(desk)} & {"tone-review"}


async def test_the_tone_review_is_over_when_the_plan_goes_back_or_is_approved(desk: Desk) -> None:
    await desk.say(sample(CampaignSubmitted))
    await desk.say(agreed(version=2, **{**TONE_OPEN, "state": "draft"}))
    assert await chased(desk) == set()


async def test_a_link_to_what_the_team_acknowledged_elsewhere_says_so(told: Desk) -> None:
    notice = (await told.of_rule("advance-notice"))[0]
    await told.say(agreed("customer-services"))
    async with told.notifier.caller(None) as person:
        for ask in (person.get, person.post):
            page = await ask((told.links.of(notice) or "").removeprefix(PUBLIC_URL))
            assert page.status_code in (200, 422)
            if page.status_code == 200:
                assert "Your team has acknowledged this already" in page.text


async def test_after_a_change_the_word_about_the_earlier_plan_closes_nothing(told: Desk) -> None:
    await told.say(agreed("customer-services"))
    await told.say(amended(void=["customer-services"]))
    assert ("plan-changed", "customer-services") in await chased(told)


async def test_a_link_to_what_the_team_acknowledged_elsewhere_and_what_was_changed_since_says_so(told: Desk) -> None:
    notice = (await told.of_rule("advance-notice"))[0]
    await told.say(agreed("customer-services"))
    await told.say(agreed(lines_to_take=2, version=7), sample(LinesToTakePublished, version=2))
    async with told.notifier.caller(None) as person:
        link = (told.links.of(notice) or "").removeprefix(PUBLIC_URL)
        for answer in (await person.get(link), await person.post(link, content="by=desk-7")):
            assert answer.status_code == 409
            assert "This was changed since" in answer.text
