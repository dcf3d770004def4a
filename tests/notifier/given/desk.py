"""Notifier in the test's process: the real rules, templates and store, and a clock that is moved."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from services.notifier import app
from services.notifier.acknowledgements.acknowledgement import Acknowledgements
from services.notifier.channels import Channel
from services.notifier.channels.email import EmailChannel, MailServer
from services.notifier.delivery.delivery import Delivery
from services.notifier.delivery.repository import MongoOutgoing
from services.notifier.messages import EVENTS, HEARS
from services.notifier.notices.notice import Notice
from services.notifier.rendering.templates import Templates
from services.notifier.rulebook.rulebook import Rulebook, load_rulebook
from services.notifier.settings import SHIPPED
from shared.contracts import CampaignApproved, Contract, LinesToTakePublished
from shared.events import Event, first_event
from shared.identifiers import derived_id
from tests.notifier.given.planned import CAMPAIGN
from tests.support.clocks import NOON, StoppedClock
from tests.support.inside import Corner, Inside, inside
from tests.support.samples import sample
from tests.support.spoken import Spoken

FROM = "one-to-many@authority.example"
PUBLIC_URL = "http://service"
SEND_SECONDS = 20.0
MOST_TURNS = 20
CLAIM = timedelta(seconds=30)
RULEBOOK = SHIPPED


def shipped(directory: Path = RULEBOOK / "directory.yaml") -> tuple[Templates, Rulebook]:
    """Returns the templates and rules that ship, with the directory that ships or another."""
    templates = Templates(app.TEMPLATES)
    return templates, load_rulebook(directory, RULEBOOK / "rules.yaml", EVENTS, templates)


def heard(data: Contract, at: datetime = NOON) -> Event[Any]:
    return first_event(data, "somebody", at)


class Post(Spoken):
    """Announcer that keeps besides what notifier says to itself, until it is delivered."""

    def __init__(self) -> None:
        super().__init__()
        self.own: list[Event[Any]] = []

    async def announce(self, cause: Event[Contract] | str, at: datetime, *said: Contract) -> None:
        await super().announce(cause, at, *said)
        self.own += [heard(data, at) for data in said if data.private]


class Desk:
    """Notifier as `build_app` makes it, with a clock that is moved and an announcer that keeps what is said."""

    def __init__(self, notifier: Inside, clock: StoppedClock, spoken: Post, mail: Channel) -> None:
        self.notifier, self.clock, self.spoken, self.mail = notifier, clock, spoken, mail
        kept, acting = notifier.part(app.Repositories), notifier.part(app.Capabilities)
        self.book, self.links, self.hear = acting.book, acting.links, acting.handlers
        self.gathered, self.campaigns, self.asks = kept.digests, kept.campaigns, kept.asks
        self.fired, self.notices, self.outgoing = kept.moments, kept.notices, kept.outgoing
        self.notifying, self.acknowledging = acting.event_notices, acting.acknowledgements
        self.digests, self.moments, self.chasing = acting.digests, acting.moments, acting.reminders
        self.delivery = acting.delivery
        self.templates = acting.templates

    def queue(self) -> MongoOutgoing:
        """Returns the notices on their way as another process of the service sees them."""
        return MongoOutgoing(self.notifier.service.store, CLAIM)

    def sender(self, channels: Mapping[str, Channel]) -> Delivery:
        return Delivery(self.queue(), channels, self.links, self.spoken, self.clock, SEND_SECONDS)

    async def say(self, *said: Contract, at: datetime | None = None) -> None:
        """Hears each of them, twice, as a broker may deliver it."""
        for data in said:
            event = heard(data, at or self.clock.now())
            for _ in range(2):
                await HEARS[type(data)](self.hear, event)

    async def turn(self) -> None:
        """Does all jobs until nothing is left, and deliver each message to ourselves twice."""
        busy, turns = True, 0
        while busy:
            busy, turns = False, turns + 1
            assert turns < MOST_TURNS, "a job never comes to an end"
            for job in (self.moments, self.chasing, self.digests, self.acknowledging):
                busy = await (job.say() if isinstance(job, Acknowledgements) else job.step()) or busy
            await self.deliver()

    async def deliver(self) -> None:
        own, self.spoken.own = self.spoken.own, []
        for event in own + own:
            await HEARS[type(event.data)](self.hear, event)

    async def at(self, instant: datetime) -> set[tuple[str, str]]:
        """Moves the clock there and does all jobs; returns the rule and team of each notice that this made."""
        before = {notice.id for notice in await self.made()}
        self.clock.instant = instant
        await self.turn()
        return {(notice.rule, notice.team) for notice in await self.made() if notice.id not in before}

    async def approved(self, **changes: object) -> None:
        """Keeps the campaign of the samples and its lines to take; nobody is told of it."""
        await self.hear.keep_lines_to_take(heard(sample(LinesToTakePublished)))
        await self.campaigns.keep_campaign(sample(CampaignApproved, **changes))

    async def made(self) -> list[Notice]:
        return await self.notices.of_campaign(None)

    async def of_rule(self, rule: str, team: str | None = None) -> list[Notice]:
        return [notice for notice in await self.made() if notice.rule == rule and team in (None, notice.team)]


def thread_of(event: Event[Any], rule: str, team: str) -> str:
    """Returns the thread of what a rule tells a team because of an event."""
    return derived_id(event.id, f"notice|{rule}|{team}")


@asynccontextmanager
async def opened(corner: Corner, smtp_port: int, **settings: object) -> AsyncIterator[Desk]:
    """A desk of the service with these settings; two on one corner share its store."""
    clock, spoken = StoppedClock(), Post()
    mail = EmailChannel(MailServer(host="127.0.0.1", port=smtp_port, encryption="none"), FROM)
    made = corner.settings(app.Settings, public_url=PUBLIC_URL, send_seconds=SEND_SECONDS, **settings)
    service = app.build_app(made, clock=clock, announcer=spoken, channels={"email": mail})
    async with inside(service, corner) as notifier:
        yield Desk(notifier, clock, spoken, mail)


__all__ = ["CAMPAIGN", "Desk", "heard", "opened", "shipped", "thread_of"]
