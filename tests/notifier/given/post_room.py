"""Delivery put together by hand: the real store and channels, a clock that is moved, and replicas of it."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import orjson

from services.notifier.channels import Channel
from services.notifier.channels.addresses import Addresses
from services.notifier.channels.email import EmailChannel, MailServer
from services.notifier.channels.slack import SlackChannel
from services.notifier.channels.web import WebSender
from services.notifier.channels.webhook import WebhookChannel
from services.notifier.delivery.delivery import Delivery
from services.notifier.delivery.repository import MongoOutgoing
from services.notifier.notices.notice import Notice
from services.notifier.notices.repository.notices import NOTICES, MongoNotices
from services.notifier.rulebook.endpoints import Endpoints, load_endpoints
from services.notifier.timed.repository.digests import MongoDigests
from shared.identifiers import derived_id
from shared.storage.store import Store
from tests.notifier.given.desk import FROM
from tests.notifier.given.notices import LINK, notice
from tests.support.clocks import StoppedClock
from tests.support.closing import close_aside
from tests.support.receiver import Receiver
from tests.support.smtp import PostOffice
from tests.support.spoken import Spoken

LONG, OVER = timedelta(minutes=5), timedelta()
"""A claim that nothing outlives, and one that is over at once, as that of a sender that died long ago is."""


class Linked:
    """Links of which every notice that wants to be acknowledged has the same."""

    def of(self, notice: Notice) -> str | None:
        return LINK if notice.needs_acknowledgement else None


@dataclass
class PostRoom:
    store: Store
    office: PostOffice
    far_end: Receiver
    endpoints: Endpoints
    clock: StoppedClock = field(default_factory=StoppedClock)
    spoken: Spoken = field(default_factory=Spoken)

    def __post_init__(self) -> None:
        self.notices = MongoNotices(self.store, MongoDigests(self.store))
        self.queue = MongoOutgoing(self.store, LONG)
        web = WebSender(Addresses(("127.0.0.0/8",)))
        self.channels: Mapping[str, Channel] = {
            "email": EmailChannel(MailServer(host="127.0.0.1", port=self.office.port, encryption="none"), FROM),
            "webhook": WebhookChannel(self.endpoints, web, self.clock),
            "slack": SlackChannel(self.endpoints, web),
        }
        self.delivery = self.sender()

    def sender(
        self,
        queue: MongoOutgoing | None = None,
        channels: Mapping[str, Channel] | None = None,
        within: float = 10,
    ) -> Delivery:
        """Returns a sender: another replica, if it has a queue of its own."""
        return Delivery(
            queue or self.queue, {**self.channels, **(channels or {})}, Linked(), self.spoken, self.clock, within
        )

    async def add(self, *notices: Notice) -> None:
        await self.notices.add(notices, [])

    async def send(self, delivery: Delivery | None = None) -> None:
        """Sends all that is due, on every lane."""
        delivery = delivery or self.delivery
        await delivery.step()
        await delivery.idle()

    async def said(self) -> None:
        while await self.delivery.say():
            pass

    async def one(self, notice_id: str) -> Notice:
        found = await self.notices.get(notice_id)
        assert found is not None
        return found


def several(count: int, channel: str = "email", address: str = "a@authority.example") -> list[Notice]:
    ids = [derived_id(f"{channel}|{address}", "notice", number) for number in range(count)]
    return [notice(id=each, thread=each, channel=channel, address=address) for each in ids]


def mailed(office: PostOffice) -> Counter[str]:
    """Returns how often each message id arrived."""
    return Counter(str(message["Message-ID"]) for message in office.messages)


@asynccontextmanager
async def post_room(
    folder: Path, mongo_url: str, database: str, office: PostOffice, far_end: Receiver
) -> AsyncIterator[PostRoom]:
    store = Store(mongo_url, database, NOTICES)
    await store.prepare()
    file = folder / "endpoints.json"
    secret = "a secret of at least thirty-two characters"
    file.write_bytes(
        orjson.dumps({name: {"url": far_end.url(), "secret": secret} for name in ("press", "debt", "chat")})
    )
    yield PostRoom(store, office, far_end, load_endpoints(file))
    close_aside(store)
