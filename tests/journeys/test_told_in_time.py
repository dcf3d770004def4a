"""Every team hears what it must, when it must, once: through changes, silence, replicas and deaths."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from shared.clock import LONDON
from shared.contracts import CampaignApproved, LinesToTakePublished, WaveStarted
from tests.journeys.notifier_alone import NotifierAlone, notifier_alone
from tests.notifier.given.planned import CAMPAIGN, amended, launched
from tests.support.ground import Ground
from tests.support.samples import sample

POINTS = (
    "handler: done, not acknowledged", "notices: kept, not asked", "moment: said, not marked",
    "reminder: said, not noted", "answer: kept, not said", "change: asks void, notices not",
    "digest: taken up, not told", "notice: claimed, not sent", "notice: sent, not noted", "notice: noted, not said",
)  # fmt: skip
CHANGED = f"{CAMPAIGN} was changed: launch, size"
OWING = f"{CAMPAIGN}: customers who may owe more, from"
ADVANCE, FINAL = f"{CAMPAIGN}: calls to expect from", f"{CAMPAIGN}: final word before"
SEVENTH, TWENTY_FIRST = "Monday 7 September 2026", "Monday 21 September 2026"
TITLE = "Undeclared income from letting property"
WHOLE_DESK = ("customer-services", "customer-services-duty")
WHOLE_PRESS = ("press-office", "press-office-duty")


def london(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(date(2026, month, day), time(hour, minute), LONDON).astimezone(UTC)


async def told_of_the_plan(notifier: NotifierAlone) -> None:
    """Advance notice at approval, final notice ten working days before the launch, and the analysts' daily digest."""
    await notifier.say(sample(LinesToTakePublished), sample(CampaignApproved))
    await notifier.arrive(
        ("customer-services", f"{ADVANCE} {SEVENTH}"),
        ("campaigns", f"{CAMPAIGN}: what to issue from {SEVENTH}"),
        ("press-office", f"{CAMPAIGN} launches on {SEVENTH}: {TITLE}"),
        ("debt-management", f"{OWING} {SEVENTH}"),
    )
    said = await notifier.acknowledge("customer-services", f"{ADVANCE} {SEVENTH}", "desk-7")
    assert (said["team"], said["plan_version"], said["lines_to_take"]) == ("customer-services", 1, 1)
    await notifier.acknowledge("debt-management", f"{OWING} {SEVENTH}", "debt-3")
    notifier.move(london(8, 10, 9, 30))
    await notifier.arrive(("analysts", "1 thing to know"))
    notifier.move(london(8, 21, 9))
    await notifier.arrive(
        ("customer-services", f"{FINAL} {SEVENTH}"),
        ("campaigns", f"Still to acknowledge: {CAMPAIGN}: what to issue from {SEVENTH}"),
    )
    await notifier.acknowledge("customer-services", f"{FINAL} {SEVENTH}", "desk-8")


async def changed_and_silent(notifier: NotifierAlone) -> None:
    """A change voids what was acknowledged; nobody answers, and others are asked until somebody does."""
    await notifier.say(amended())
    await notifier.arrive(
        *((to, CHANGED) for to in (*WHOLE_DESK, "campaigns", *WHOLE_PRESS, "debt-management", "analysts"))
    )
    too_late = await notifier.press(notifier.link("customer-services", f"{ADVANCE} {SEVENTH}"), "desk-9")
    assert too_late.status_code == 409
    notifier.move(london(8, 21, 14, 10))
    await notifier.arrive(*((to, f"Still to acknowledge: {CHANGED}") for to in (*WHOLE_DESK, "campaigns")))
    notifier.move(london(8, 24, 13))
    desk, issuer = f"Customer Services has not answered: {CHANGED}", f"Letter issuer has not answered: {CHANGED}"
    await notifier.arrive(("on-call", desk), ("on-call", issuer))
    said = await notifier.acknowledge("on-call", desk, "rota-1")
    assert (said["team"], said["rule"], said["plan_version"]) == ("customer-services", "plan-changed", 2)
    await notifier.acknowledge("on-call", issuer, "rota-1")


async def told_again(notifier: NotifierAlone) -> None:
    """The new plan is approved and told like the first, launched, and reckoned with every day."""
    waves = [{"number": 1, "on": "2026-09-21", "size": 10_000}]
    contacts = [{"on": f"2026-09-{day}", "low": 5, "central": 10, "high": 20} for day in (21, 22)]
    plan = {"plan_version": 2, "version": 4, "launch": "2026-09-21", "customers": 20_000, "waves": waves}
    await notifier.say(sample(CampaignApproved, **plan, expected_contacts=contacts))
    await notifier.arrive(
        ("customer-services", f"{ADVANCE} {TWENTY_FIRST}"),
        ("campaigns", f"{CAMPAIGN}: what to issue from {TWENTY_FIRST}"),
        ("press-office", f"{CAMPAIGN} launches on {TWENTY_FIRST}: {TITLE}"),
        ("debt-management", f"{OWING} {TWENTY_FIRST}"),
    )
    await notifier.acknowledge("debt-management", f"{OWING} {TWENTY_FIRST}", "debt-3")
    await notifier.acknowledge("customer-services", f"{ADVANCE} {TWENTY_FIRST}", "desk-10")
    await notifier.acknowledge("campaigns", f"{CAMPAIGN}: what to issue from {TWENTY_FIRST}", "issuer-1")
    notifier.move(london(9, 7, 9, 30))
    await notifier.arrive(("customer-services", f"{FINAL} {TWENTY_FIRST}"), ("analysts", "1 thing to know"))
    await notifier.acknowledge("customer-services", f"{FINAL} {TWENTY_FIRST}", "desk-11")
    await notifier.say(launched(plan_version=2))
    everyone = ("customer-services", "campaigns", "press-office", "debt-management", "analysts")
    await notifier.arrive(*((to, f"{CAMPAIGN} is launched") for to in everyone))
    notifier.move(london(9, 21, 11, 5))
    missing = f"{CAMPAIGN}: wave 1 has not started"
    await notifier.arrive(*((to, missing) for to in ("on-call", *WHOLE_DESK)))
    await notifier.say(sample(WaveStarted, on="2026-09-21"))
    going = f"{CAMPAIGN}: wave 1 is going out today"
    await notifier.arrive(("customer-services", going), ("press-office", going))
    notifier.move(london(9, 22, 8, 31))
    await notifier.arrive(("customer-services", f"{CAMPAIGN}: 0 contacts on {TWENTY_FIRST}, 10 expected"))


@pytest.mark.parametrize(
    ("replicas", "die_at"),
    [
        pytest.param(2, POINTS, id="two replicas that die at every point", marks=pytest.mark.long),
        pytest.param(1, (), id="undisturbed"),
    ],
)
async def test_the_exact_set_of_messages_arrives_none_missing_and_none_twice(
    ground: Ground, amqp_url: str, tmp_path: Path, replicas: int, die_at: tuple[str, ...]
) -> None:
    begin = london(8, 10, 9)
    async with notifier_alone(ground, amqp_url, tmp_path, begin, replicas=replicas, die_at=die_at) as notifier:
        await told_of_the_plan(notifier)
        await changed_and_silent(notifier)
        await told_again(notifier)
        notifier.move(london(9, 22, 20))
        await notifier.say(sample(WaveStarted, on="2026-09-21", wave=2))  # whatever was wrongly due came before this
        again = f"{CAMPAIGN}: wave 2 is going out today"
        await notifier.arrive(("customer-services", again), ("press-office", again))
        assert {marker.name for marker in (tmp_path / "markers").iterdir()} == {
            point.replace(" ", "_").replace(":", "") for point in die_at
        }
        # whatever death is named for, it may come while another message is sent and not noted yet
        assert notifier.repeated() <= len(die_at)
