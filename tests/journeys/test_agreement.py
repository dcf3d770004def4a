"""Agreement and its news on the real stack: by mail, by link and by planner's door, each team hears and counts once."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from deploy.local.broker.management import Management
from deploy.local.demo.people import population_csv
from deploy.local.demo.plan import plan
from deploy.local.demo.services import ServiceClients, good, until
from shared.clock import LONDON, ShiftedClock, today
from shared.working_days import add_working_days
from tests.journeys.agreeing import PATIENCE_SECONDS, Agreeing
from tests.support.ground import Ground
from tests.support.stage import Stage, stage

TUESDAY = datetime(2027, 3, 9, 10, 0, tzinfo=LONDON)
CUSTOMERS, A_DAY = 120, 40
REASON = {"reason": "As agreed"}
DESK, DEBT, ISSUER, PRESS = "customer-services@", "debt-management@", "campaigns@", "press-office@"
WORDS = {
    "lines": [
        {"question": "Why me?", "answer": "A letting agent told us."},
        {"question": "Pam fi?", "answer": "Dywedodd asiant wrthym.", "language": "cy"},
    ],
    "scripts": [
        {"title": f"{audience} {language}", "body": f"Say {audience} {language}.", "language": language,
         "audience": audience}
        for audience in ("helplines", "letter-issuer") for language in ("en", "cy")
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
async def running(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One stack for all of these campaigns, on a Tuesday in spring."""
    name = f"test-{uuid4().hex[:12]}"
    async with Management(ground.management_url) as management:
        await management.create_vhost(name)
        amqp_url = f"{ground.amqp_url.rpartition('/')[0]}/{name}"
        async with stage(ground, amqp_url, tmp_path_factory.mktemp("agreement")) as running:
            ShiftedClock(running.home.clock).shift_to(TUESDAY)
            yield running
        await management.delete_vhost(name)


@pytest.fixture
async def people(running: Stage) -> AsyncIterator[Agreeing]:
    clients = ServiceClients(running.home, running.urls)
    yield Agreeing(running, clients, uuid4().hex)
    await clients.close()


async def submitted(people: Agreeing, working_days: int = 15) -> None:
    """A campaign that goes out in some days, and in which the letter issuer takes calls."""
    launch = add_working_days(today(people.clock), working_days)
    respond_by = add_working_days(launch, 40)
    responses = plan(CUSTOMERS, launch, respond_by)["responses"]
    issuer = {"takes_calls": True, "hand_over": "By the blue form"}
    changes = {
        "regime": f"regime-{uuid4().hex[:8]}",
        "daily_limit": A_DAY,
        "responses": responses | {"letter_issuer": issuer},
    }
    await people.draft(CUSTOMERS, launch, respond_by, **changes, short_notice="A rehearsal")
    await word(people)
    await people.submit()


async def word(people: Agreeing) -> None:
    written = await people.as_seen("designer", "PUT", "/lines-to-take", WORDS)
    version = written["proposed"]["version"]
    await people.as_seen("lines-editor", "POST", f"/lines-to-take/{version}/approval", REASON)


@pytest.mark.long
async def test_who_has_answered_by_any_door_is_not_asked_and_who_is_asked_again_has_a_link(people: Agreeing) -> None:
    """P4 to P7 and P14."""
    await submitted(people)
    await people.mail("communications@", "please review the tone")
    await people.as_seen("communications-tone-lead", "POST", "/gates/communications-tone/approval", REASON)
    await people.mail("analysts@", "waits for your approval: analyst sign off")  # P14: approvers hear what waits
    await people.until_owing(lambda owing: "communications" not in owing, "the tone to be asked for no more")  # P4
    conditions = {"reason": "Sound", "conditions": ["Tell the helplines on the day"]}
    await people.as_seen("analyst-sign-off-lead", "POST", "/gates/analyst-sign-off/approval", conditions)
    await people.pass_gates()

    first = await people.mail(DESK, "calls to expect from")
    owing = await people.mail(DEBT, "customers who may owe more")
    assert "Contacts expected by week" in owing  # P6
    assert ("Say helplines cy." in first, "Say letter-issuer" in first) == (True, False)  # P7
    issuer = await people.mail(ISSUER, "what to issue and answer")
    assert ("Say letter-issuer cy." in issuer, "Say helplines" in issuer) == (True, False)
    await people.mail("design-community@", "conditions to meet before")  # P14

    await people.as_seen("customer-services-lead", "POST", "/stakeholders/customer-services/acknowledgement", {})
    assert (await people.follow(owing, "debt-3")).status_code == 200  # P6: debt management signs off by mail
    await people.until_knowing("debt-management")
    await people.until_owing(lambda teams: not teams & {"customer-services", "debt-management"}, "both to be done")

    await word(people)  # P5: new lines void what was acknowledged
    again = await people.mail(DESK, "lines to take, version 3")
    assert await people.knowing() & {"customer-services", "debt-management"} == set()
    old = await people.follow(first, "desk-7")
    assert (old.status_code, "Your team has acknowledged" in old.text) == (409, False)
    assert (await people.follow(again, "desk-7")).status_code == 200
    await people.until_knowing("customer-services")

    people.to_working_day(2)  # P4: reminders go to those who owe an answer, and to nobody else
    await people.mail(ISSUER, "Still to acknowledge")
    assert people.mails(DESK, "Still to acknowledge") == []
    assert people.mails("communications@", "Still to acknowledge") == []
    assert "conditions.analyst-sign-off.1" in await people.missing("launch")
    await people.as_seen("analyst-sign-off-lead", "POST", "/gates/analyst-sign-off/conditions/1", REASON)
    assert not [field for field in await people.missing("launch") if field.startswith("conditions")]


@pytest.mark.long
async def test_figures_follow_a_pause_is_told_in_true_words_and_a_wrong_letter_is_corrected(people: Agreeing) -> None:
    """P8, P9 and P20."""
    await submitted(people, working_days=0)
    await people.pass_gates()
    await people.load(list(population_csv(CUSTOMERS, 31)))
    await people.as_seen("letter-issuer-lead", "POST", "/stakeholders/letter-issuer/acknowledgement", {})
    await follow_population(people)
    await people.sign_off()
    await people.launch()
    await until(people.issued, lambda count: count == A_DAY, "the first letters", PATIENCE_SECONDS)
    first_day = today(people.clock)
    await people.as_seen("designer", "POST", "/pause", {"reason": "The letter names the wrong page"})
    assert "The letter names the wrong page" in await people.mail(PRESS, "was paused")

    people.to_working_day(3)
    await people.as_seen("designer", "POST", "/resumption", {"reason": "The page was mended"})
    told = await people.mail(PRESS, "was resumed")
    assert "planned to launch" not in told  # P9
    assert f"{today(people.clock):%A} {today(people.clock).day}" in told, "the next wave, on the day on which it comes"
    assert f"{first_day:%A} {first_day.day} {first_day:%B}" not in told
    wrong = people.campaign
    await corrected(people, first_day.isoformat())
    correction = await people.dispatch()
    assert sum(entry["count"] for entry in correction["ledger"] if entry["state"] == "issued") == A_DAY, wrong


async def follow_population(people: Agreeing) -> None:
    """P8: where fewer may be written to than was planned, the plan follows and is agreed to anew."""

    async def eligible() -> int | None:
        found: int | None = (await people.read(""))["eligible"]
        return found

    found = await until(eligible, lambda count: count is not None, "planner to hear of the population", 60)
    if (await people.read(""))["state"] == "submitted":
        assert (await people.read(""))["plan"]["customers"] == found
        customers = {"text": "Those of the list", "review_by": f"{today(people.clock) + timedelta(days=90)}"}
        await people.as_seen("designer", "PUT", "/assessment/customers", customers | {"customers": found})
        await people.pass_gates()
        await people.as_seen("letter-issuer-lead", "POST", "/stakeholders/letter-issuer/acknowledgement", {})


async def corrected(people: Agreeing, day: str) -> None:
    """P20: exactly those who got the wrong letter are written to again, with words of their own."""
    wanted = {"title": "We named the wrong page", "since": day, "until": day}
    path = f"/v1/campaigns/{people.campaign}/correction"
    drafted = good(await people.clients.call("designer", "POST", "planner", path, body=wanted)).json()
    people.campaign = drafted["reference"]
    letter = {"language": "en", "subject": "A mistake of ours", "body": "Dear {{ name }}, it is on page 4."}
    launch = today(people.clock)
    right = drafted["plan"] | {
        "arms": [drafted["plan"]["arms"][0] | {"letters": [letter]}],
        "launch": launch.isoformat(),
        "respond_by": add_working_days(launch, 30).isoformat(),
        "milestones": [{"what": "They are out", "on": launch.isoformat()}],
        "press_office_briefed": {"on": day, "by": "designer"},
        "communications_briefed": {"on": day, "by": "designer"},
    }
    await people.as_seen("designer", "PUT", "/plan", {"plan": right, **REASON})
    await word(people)
    await people.submit()
    await people.pass_gates()
    assert "wrong letters of" in await people.mail(DESK, "calls to expect from")
    await people.sign_off()
    await people.as_seen("letter-issuer-lead", "POST", "/stakeholders/letter-issuer/acknowledgement", {})

    async def missing() -> list[str]:
        return await people.missing("launch")

    await until(missing, lambda fields: not fields, "nothing to stand against the correction", PATIENCE_SECONDS)
    await people.launch()
    await until(people.issued, lambda count: count == A_DAY, "the corrections", PATIENCE_SECONDS)


async def test_help_that_is_asked_of_a_team_is_answered_and_both_sides_see_it(people: Agreeing) -> None:
    """P21."""
    await people.draft(CUSTOMERS, add_working_days(today(people.clock), 20), add_working_days(today(people.clock), 60))
    await people.as_seen("designer", "POST", "/help", {"team": "communications", "question": "Is the tone too sharp?"})
    assert "Is the tone too sharp?" in await people.mail("communications@", "help")
    await people.as_seen("communications-lead", "PUT", "/help/1/answer", {"answer": "Say please."})
    assert "Say please." in await people.mail("design-community@", "Say please.")
    for reader in ("designer", "communications-lead"):
        path = f"/v1/campaigns/{people.campaign}/help"
        (asked,) = await people.clients.get(reader, "planner", path)
        assert (asked["team"], asked["answer"], asked["answered_by"]) == (
            "communications", "Say please.", "communications-lead"
        )  # fmt: skip
