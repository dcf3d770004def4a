"""An excursion leads to one action and is told once, on the real store, wherever a process dies and however often and
in whatever order its events come."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from services.notifier.messages import HEARS
from services.notifier.notices.repository.notices import MongoNotices
from services.planner.app import build_app
from services.planner.repository import MongoCampaigns
from services.planner.settings import Settings
from shared.contracts import (
    CampaignAmended,
    CampaignApproved,
    CampaignPaused,
    CampaignSlowed,
    ContactVolumeExceeded,
    ContactVolumeRecovered,
    LinesToTakePublished,
)
from shared.errors import NotYet, Stale
from shared.events import Event, first_event
from shared.messaging.envelope import Envelope
from shared.messaging.metrics import BusMetrics
from shared.messaging.publishing import Publisher
from shared.messaging.relay import Relay
from shared.storage.outbox import Outbox
from tests.notifier.given.desk import Desk, opened
from tests.planner.given.hearing import CAMPAIGN, handlers
from tests.planner.given.people import REASON, People
from tests.planner.given.plans import DESIGNED
from tests.planner.given.volumes import ASSUMED, DAYS, came, noon, waves, went_out
from tests.support.inside import Corner, Inside, inside
from tests.support.samples import sample
from tests.support.smtp import post_office

POLICY = {"action": "slow", "slow_to": 0.5, "resume": "when-recovered"}
BEGUN = first_event(sample(ContactVolumeExceeded, campaign=CAMPAIGN), "intake", DESIGNED)
OVER = first_event(sample(ContactVolumeRecovered, campaign=CAMPAIGN), "intake", DESIGNED)
Hears = Callable[[Event[Any]], Awaitable[None]]


class Killed(Exception):
    """The process ends here; its message comes again."""


@pytest.fixture
async def people(tmp_path: Path, mongo_url: str, database: str) -> AsyncIterator[People]:
    corner = Corner.made(tmp_path / "planner", mongo_url, f"{database}p")
    corner.move_clock(DESIGNED)
    async with inside(build_app(corner.settings(Settings)), corner) as planner, People(planner) as people:
        yield people


async def may_slow(people: People) -> None:
    """A live campaign that the loop may slow."""
    await people.live()
    await people.done("designer", "PUT", "/steering", {"policy": POLICY, "reason": "Agreed with the helplines"})


@pytest.fixture
async def desk(tmp_path: Path, mongo_url: str, database: str) -> AsyncIterator[Desk]:
    """Notifier, which has told its teams of the campaign."""
    corner = Corner.made(tmp_path / "notifier", mongo_url, f"{database}n")
    async with post_office() as office, opened(corner, office.port) as desk:
        await desk.say(sample(LinesToTakePublished, campaign=CAMPAIGN), sample(CampaignApproved, campaign=CAMPAIGN))
        yield desk


def mortal(monkeypatch: pytest.MonkeyPatch, owner: type, method: str, before: bool, deaths: int) -> Counter[str]:
    """Lets the first calls die, before what they do or after it."""
    original, met = getattr(owner, method), Counter[str]()

    async def dying(*arguments: Any, **named: Any) -> Any:
        met[method] += 1
        dies = met[method] <= deaths
        if dies and before:
            raise Killed
        result = await original(*arguments, **named)
        if dies:
            raise Killed
        return result

    monkeypatch.setattr(owner, method, dying)
    return met


async def until_done(hear: Hears, event: Event[Any]) -> None:
    """As the bus does: what failed comes again."""
    while True:
        try:
            return await hear(event)
        except (Killed, Stale, NotYet):
            await asyncio.sleep(0.005)


async def slowings(planner: Inside) -> list[Event[CampaignSlowed]]:
    """Returns what planner has said of the limit, each with the id that it has on the bus."""
    found = [each for each in await planner.said() if each.type == CampaignSlowed.event_type]
    return [
        replace(first_event(CampaignSlowed.model_validate_json(each.body), each.source, each.time), id=each.id)
        for each in found
    ]


def twice(events: Sequence[Event[Any]], seed: int) -> list[Event[Any]]:
    repeated = [*events, *events]
    random.Random(seed).shuffle(repeated)
    return repeated


@pytest.mark.parametrize("before", [True, False], ids=["exceeded said, not acted", "acted, not acknowledged"])
async def test_planner_acts_once_wherever_its_replicas_die(
    people: People, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    await may_slow(people)
    met = mortal(monkeypatch, MongoCampaigns, "save", before, deaths=2)
    replicas = [handlers(people.planner) for _ in range(3)]
    await asyncio.gather(*(until_done(each.steer_exceeded, BEGUN) for each in replicas * 2))
    assert met["save"] > 1
    assert [event.data.daily_limit is None for event in await slowings(people.planner)] == [False]
    both = [(each.steer_recovered, OVER) for each in replicas] + [(each.steer_exceeded, BEGUN) for each in replicas]
    await asyncio.gather(*(until_done(hear, event) for hear, event in both))
    assert [event.data.daily_limit is None for event in await slowings(people.planner)] == [False, True]
    acted = ("slow", "pause", "resume", "note-volumes")
    steps = [e for e in await people.read("/history") if e["by"] == "closed-loop" and e["step"] in acted]
    assert [entry["step"] for entry in steps] == ["slow", "slow"]
    assert "412 contacts since 2026-09-14" in steps[0]["reason"]


@pytest.mark.parametrize("before", [True, False], ids=["acted, not told", "told in part"])
async def test_each_team_is_told_once_wherever_notifier_dies(
    people: People, desk: Desk, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    await may_slow(people)
    await handlers(people.planner).steer_exceeded(BEGUN)
    already = {notice.id for notice in await desk.made()}
    mortal(monkeypatch, MongoNotices, "add", before, deaths=5)
    for event in [*twice([BEGUN, *await slowings(people.planner)], seed=before), OVER, OVER]:
        await until_done(lambda each: HEARS[type(each.data)](desk.hear, each), event)
    told = Counter((n.rule, n.team, n.address) for n in await desk.made() if n.id not in already)
    assert set(told.values()) == {1}
    by_rule = {rule: {team for named, team, _ in told if named == rule} for rule, _, _ in told}
    assert {"customer-services", "letter-issuer"} <= by_rule["volumes-exceeded"] & by_rule["slowed"]
    heard = set().union(*(teams for rule, teams in by_rule.items() if rule != "volumes-recovered"))
    assert by_rule["volumes-recovered"] == heard


@pytest.mark.parametrize("deaths", [0, 3], ids=["accepted, not said", "said, not forgotten"])
async def test_an_accepted_proposal_is_one_action_and_is_said_once_wherever_planner_dies(
    people: People, desk: Desk, monkeypatch: pytest.MonkeyPatch, deaths: int
) -> None:
    await proposal_waits(people)
    seen = f'"{(await people.read())["version"]}"'
    before = len(await people.planner.said())
    with monkeypatch.context() as dying:
        mortal(dying, MongoCampaigns, "save", before=False, deaths=1)
        died = await people.do("designer", "POST", "/refits/1/acceptance", REASON, seen)
    assert died.status_code == 500
    again = await people.do("designer", "POST", "/refits/1/acceptance", REASON, seen)
    assert again.status_code == 412  # the caller never heard that it was done, and finds that it was
    waiting = (await people.planner.said())[before:]
    wire = Wire()
    with monkeypatch.context() as dying:
        mortal(dying, Outbox, "forget", before=True, deaths=deaths)
        for _ in range(deaths + 1):  # each a planner that starts anew
            with suppress(Killed):
                while await Relay(people.planner.service.store.outbox, wire, BusMetrics(CollectorRegistry())).step():
                    pass
    assert await people.planner.said() == []
    accepted = [each for each in wire.said if each.id in {one.id for one in waiting}]
    assert Counter(each.id for each in accepted) == dict.fromkeys({each.id for each in waiting}, deaths + 1)
    kinds = Counter(each.type for each in {each.id: each for each in accepted}.values())
    assert (kinds["campaign.paused.v1"], kinds["campaign.amended.v1"]) == (1, 1)
    for each in accepted:
        if each.type in TOLD_OF:
            await until_done(lambda event: HEARS[type(event.data)](desk.hear, event), opened_event(each))
    told = Counter((n.rule, n.team, n.address) for n in await desk.made() if n.rule in ("paused", "paused-others"))
    assert "customer-services" in {team for _, team, _ in told}
    assert set(told.values()) == {1}
    assert [e["step"] for e in await people.read("/history")].count("accept-refit") == 1


TOLD_OF = {each.event_type: each for each in (CampaignPaused, CampaignAmended)}


class Wire(Publisher):
    """A broker's side of the relay that keeps what it was given."""

    def __init__(self) -> None:
        self.said: list[Envelope] = []

    async def publish(self, envelope: Envelope) -> None:
        self.said.append(envelope)


def opened_event(envelope: Envelope) -> Event[Any]:
    data = TOLD_OF[envelope.type].model_validate_json(envelope.body)
    return replace(first_event(data, envelope.source, envelope.time), id=envelope.id)


async def proposal_waits(people: People) -> None:
    """The first of two waves is out, twice as many customers ring, and planner has proposed the next schedule."""
    await people.live(schedule=waves(2_000, 18_000), contact_assumptions=ASSUMED, daily_limit=20_000)
    await went_out(people.planner, 2_000)
    for day, contacts in zip(DAYS[4:8], (30, 45, 60, 60), strict=True):
        await came(people.planner, day, contacts)
    people.planner.move_clock(noon(DAYS[8]))
    await people.done("designer", "POST", "/refits")
