"""Notifier put together by hand: the real rules, templates and store, and a clock that is moved."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from services.notifier import app
from services.notifier.acknowledgements.acknowledgement import Acknowledging, Links
from services.notifier.acknowledgements.reminders import Chasing, Reminding
from services.notifier.acknowledgements.repository import MongoAsks
from services.notifier.campaigns.repository import MongoCampaigns
from services.notifier.channels import Channel
from services.notifier.channels.email import EmailChannel, MailServer
from services.notifier.delivery.delivery import Delivery
from services.notifier.delivery.repository import MongoOutgoing
from services.notifier.handlers import Handlers
from services.notifier.messages import EVENTS, HEARS
from services.notifier.notices.event_notices import Notifying
from services.notifier.notices.notice import Notice
from services.notifier.notices.repository.notices import MongoNotices
from services.notifier.notices.writer import Telling
from services.notifier.rendering.templates import Templates
from services.notifier.rulebook.rulebook import Rulebook, load_rulebook
from services.notifier.timed.digests import Digests
from services.notifier.timed.due import Due
from services.notifier.timed.moments import Moments
from services.notifier.timed.repository.digests import MongoDigests
from services.notifier.timed.repository.moments import MongoMoments
from shared.contracts import CampaignApproved, Contract, LinesToTakePublished
from shared.events import Event, first_event
from shared.identifiers import derived_id
from tests.notifier.given.planned import CAMPAIGN
from tests.support.clocks import NOON, StoppedClock
from tests.support.inside import Inside
from tests.support.samples import sample
from tests.support.spoken import Spoken

FROM = "one-to-many@authority.example"
PUBLIC_URL = "http://service"
SEND_SECONDS = 20.0
MOST_TURNS = 20
CLAIM = timedelta(seconds=30)
RULEBOOK = app.HERE / "rulebook" / "files"


def shipped(directory: Path = RULEBOOK / "directory.yaml") -> tuple[Templates, Rulebook]:
    """The templates and rules that ship, with the directory that ships or another."""
    templates = Templates(app.HERE / "rendering" / "templates")
    return templates, load_rulebook(directory, RULEBOOK / "rules.yaml", EVENTS, templates)


def heard(data: Contract, at: datetime = NOON) -> Event[Any]:
    return first_event(data, "somebody", at)


class Post(Spoken):
    """Keeps besides what notifier says to itself, until it is delivered."""

    def __init__(self) -> None:
        super().__init__()
        self.own: list[Event[Any]] = []

    async def announce(self, cause: Event[Contract] | str, at: datetime, *said: Contract) -> None:
        await super().announce(cause, at, *said)
        self.own += [heard(data, at) for data in said if data.private]


class Desk:
    def __init__(self, notifier: Inside, smtp_port: int, book: Rulebook | None = None) -> None:
        self.notifier = notifier
        store, self.clock, self.spoken = notifier.service.store, StoppedClock(), Post()
        self.mail = EmailChannel(MailServer(host="127.0.0.1", port=smtp_port), FROM)
        self.templates, shipped_book = shipped()
        self.book = book or shipped_book
        self.gathered, self.campaigns, self.asks = MongoDigests(store), MongoCampaigns(store), MongoAsks(store)
        self.fired = MongoMoments(store)
        self.notices = MongoNotices(store, self.gathered)
        self.links = Links(b"a key of the tests", PUBLIC_URL)
        telling = Telling(self.notices, self.asks, self.book, self.templates, self.clock)
        self.notifying = Notifying(self.campaigns, self.notices, telling, self.book, self.clock)
        self.acknowledging = Acknowledging(self.asks, self.notices, self.spoken, self.clock)
        due = Due(self.campaigns, self.gathered, self.notifying, telling, self.book)
        reminding = Reminding(self.asks, self.campaigns, telling, self.book, self.clock)
        self.hear = Handlers(self.campaigns, self.notifying, self.acknowledging, due, reminding)
        self.digests = Digests(self.gathered, self.spoken, self.clock)
        self.moments = Moments(self.campaigns, self.fired, self.asks, self.book, self.spoken, self.clock)
        self.chasing = Chasing(self.asks, self.book, self.spoken, self.clock)
        self.outgoing = self.queue()
        self.delivery = self.sender({"email": self.mail})

    def queue(self) -> MongoOutgoing:
        """The notices on their way as another process of the service sees them."""
        return MongoOutgoing(self.notifier.service.store, CLAIM)

    def sender(self, channels: Mapping[str, Channel]) -> Delivery:
        return Delivery(self.queue(), channels, self.links, self.spoken, self.clock, SEND_SECONDS)

    async def say(self, *said: Contract, at: datetime | None = None) -> None:
        """Hear each of them, twice, as a broker may deliver it."""
        for data in said:
            event = heard(data, at or self.clock.now())
            for _ in range(2):
                await HEARS[type(data)](self.hear, event)

    async def turn(self) -> None:
        """Do all jobs until nothing is left, and deliver each message to ourselves twice."""
        busy, turns = True, 0
        while busy:
            busy, turns = False, turns + 1
            assert turns < MOST_TURNS, "a job never comes to an end"
            for job in (self.moments, self.chasing, self.digests, self.acknowledging):
                busy = await (job.say() if isinstance(job, Acknowledging) else job.step()) or busy
            await self.deliver()

    async def deliver(self) -> None:
        own, self.spoken.own = self.spoken.own, []
        for event in own + own:
            await HEARS[type(event.data)](self.hear, event)

    async def at(self, instant: datetime) -> set[tuple[str, str]]:
        """Move the clock there and do all jobs; gives the rule and team of each notice that this made."""
        before = {notice.id for notice in await self.made()}
        self.clock.instant = instant
        await self.turn()
        return {(notice.rule, notice.team) for notice in await self.made() if notice.id not in before}

    async def approved(self, **changes: object) -> None:
        """The campaign of the samples and its lines to take are known; nobody was told of it."""
        await self.hear.keep_lines_to_take(heard(sample(LinesToTakePublished)))
        await self.campaigns.keep_campaign(sample(CampaignApproved, **changes))

    async def made(self) -> list[Notice]:
        return await self.notices.of_campaign(None)

    async def of_rule(self, rule: str, team: str | None = None) -> list[Notice]:
        return [notice for notice in await self.made() if notice.rule == rule and team in (None, notice.team)]


def thread_of(event: Event[Any], rule: str, team: str) -> str:
    """The thread of what a rule tells a team because of an event."""
    return derived_id(event.id, f"notice|{rule}|{team}")


__all__ = ["CAMPAIGN", "Desk", "heard", "shipped", "thread_of"]
