"""Notifier put together by hand: the real rules, templates and store, and a clock that is moved."""

from datetime import datetime
from pathlib import Path
from typing import Any

from services.notifier import app
from services.notifier.delivery import Channel, Delivery
from services.notifier.digests import Digests
from services.notifier.handlers import Handlers
from services.notifier.mail import MailChannel
from services.notifier.messages import HEARS
from services.notifier.notice import Notice
from services.notifier.notifying import Notifying
from services.notifier.rendering import Templates
from services.notifier.repository.digests import MongoDigests
from services.notifier.repository.notices import MongoNotices
from services.notifier.rulebook import Rulebook, load_rulebook
from shared.contracts import CampaignApproved, Contract, LinesToTakePublished
from shared.messaging.event import Event, first_event
from tests.support.clocks import NOON, StoppedClock
from tests.support.inside import Inside
from tests.support.samples import sample
from tests.support.spoken import Spoken

FROM = "one-to-many@authority.example"


def shipped() -> tuple[Templates, Rulebook]:
    templates = Templates(app.HERE / "templates")
    return templates, load_rulebook(rulebook_file(), [c.event_type for c in HEARS], templates.codes)


def rulebook_file() -> Path:
    return app.HERE / "rulebook.yaml"


def heard(data: Contract, at: datetime = NOON) -> Event[Any]:
    return first_event(data, "somebody", at)


class Desk:
    def __init__(self, notifier: Inside, smtp_port: int) -> None:
        self.notifier = notifier
        self.clock, self.spoken = StoppedClock(), Spoken()
        self.mail = MailChannel("127.0.0.1", smtp_port, FROM)
        self.templates, self.book = shipped()
        self.gathered = MongoDigests(notifier.service.store)
        self.notices = self.replica()
        self.notifying = Notifying(self.notices, self.book, self.templates, self.clock)
        self.hear = Handlers(self.notices, self.notifying)
        self.digests = Digests(self.gathered, self.notices, self.notifying, self.clock)
        self.delivery = self.sender(self.mail)

    def replica(self) -> MongoNotices:
        """The notices as another process of the service sees them."""
        return MongoNotices(self.notifier.service.store, self.gathered)

    def sender(self, channel: Channel) -> Delivery:
        return Delivery(self.notices, channel, self.spoken, self.clock)

    async def approved(self) -> None:
        """The campaign of the samples and its lines to take are known; nobody was told of it."""
        await self.hear.keep_lines_to_take(heard(sample(LinesToTakePublished)))
        await self.notices.keep_campaign(sample(CampaignApproved))

    async def made(self) -> list[Notice]:
        return await self.notices.of_campaign(None)
