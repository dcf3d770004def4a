"""Notifier by itself on the real broker and store, with a mail server, a clock that is moved, and somebody who says
what the other services would.
"""

import asyncio
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aio_pika
import httpx
from aio_pika.abc import AbstractChannel, AbstractQueue

from deploy.local.stack.environment import Wiring
from deploy.local.stack.home import Home
from deploy.local.stack.mailsink import MailSink
from deploy.local.stack.services import Services
from shared.clock import ShiftedClock
from shared.contracts import Contract, NoticeAcknowledged
from shared.events import first_event
from shared.messaging.envelope import sealed, to_message
from shared.messaging.topology import EVENTS
from tests.support.ground import Ground

PATIENCE = 60.0  # seconds for anything to come about
Mail = tuple[str, str]
"""To whom, and the subject."""


@dataclass
class NotifierAlone:
    home: Home
    services: Services
    channel: AbstractChannel
    answers: AbstractQueue
    expected: Counter[Mail] = field(default_factory=Counter)

    async def say(self, *said: Contract) -> None:
        """Each of them twice, as the same event."""
        exchange = await self.channel.get_exchange(EVENTS)
        for data in said:
            message = to_message(sealed(first_event(data, "somebody", self.now())))
            for _ in range(2):
                await exchange.publish(message, data.event_type)

    async def arrive(self, *mails: Mail) -> None:
        """Wait until these came, besides all that were expected before; nothing else may have."""
        self.expected += Counter(mails)
        try:
            async with asyncio.timeout(PATIENCE):
                while self.expected - self.arrived():
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"missing: {self.expected - self.arrived()}") from None
        assert not self.arrived() - self.expected, f"not expected: {self.arrived() - self.expected}"

    def mails(self) -> list[EmailMessage]:
        files = sorted(self.home.mail.glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    def arrived(self) -> Counter[Mail]:
        """Returns the messages that came; one that came again under the same id is the same one."""
        seen = {str(mail["Message-ID"]): (str(mail["To"]), subject_of(mail)) for mail in self.mails()}
        return Counter((to.partition("@")[0], subject) for to, subject in seen.values())

    def repeated(self) -> int:
        return len(mails := self.mails()) - len({mail["Message-ID"] for mail in mails})

    def link(self, to: str, subject: str) -> str:
        """The link to acknowledge in the latest such mail, as its text has it."""
        mail = [m for m in self.mails() if str(m["To"]).startswith(f"{to}@") and subject_of(m) == subject][-1]
        text = mail.get_body(("plain",))
        assert text is not None
        found = re.search(r"http://[^\s>]+(/v1/acknowledgements/[\w.-]+)", text.get_content())
        assert found is not None
        return found[1]

    async def press(self, link: str, by: str) -> httpx.Response:
        """Acts as a person does: looks at the page, then presses the button; again while a service is down."""
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient() as browser:
            while True:
                for url in self.services.urls().values():
                    try:
                        await browser.get(url + link)
                        return await browser.post(url + link, content=f"by={by}")
                    except httpx.HTTPError:
                        await asyncio.sleep(0.2)

    async def acknowledge(self, to: str, subject: str, by: str) -> dict[str, Any]:
        """Gives what notifier says of it."""
        answer = await self.press(self.link(to, subject), by)
        assert answer.status_code == 200, answer.text
        async with asyncio.timeout(PATIENCE):
            while True:
                message = await self.answers.get(fail=False, no_ack=True)
                if message is not None:
                    said = NoticeAcknowledged.model_validate_json(message.body)
                    if said.acknowledged_by == by:
                        return said.model_dump()
                await asyncio.sleep(0.05)

    def move(self, instant: datetime) -> None:
        ShiftedClock(self.home.clock).shift_to(instant)

    def now(self) -> datetime:
        return ShiftedClock(self.home.clock).now().astimezone(UTC)


def subject_of(mail: EmailMessage) -> str:
    """On one line, however it was folded."""
    return " ".join(str(mail["Subject"]).split())


@asynccontextmanager
async def notifier_alone(
    ground: Ground, amqp_url: str, folder: Path, begin: datetime, *, replicas: int, die_at: Sequence[str]
) -> AsyncIterator[NotifierAlone]:
    """Ready at `begin`. It dies once at each of those crash points, whichever replica meets it first."""
    home, markers = Home(folder / "otm"), folder / "markers"
    home.prepare()
    markers.mkdir()
    ShiftedClock(home.clock).shift_to(begin)
    command = [sys.executable, "-m", "tests.support.tampering", "notifier", *(f"--die-at={point}" for point in die_at)]
    environment = {"OTM_TEST_MARKERS": str(markers), "OTM_RETRY_DELAYS": "[0.2,1,5]", "OTM_SEND_SECONDS": "4"}
    async with MailSink(home) as mail:
        wiring = Wiring(
            amqp_url=amqp_url, mongo_url=ground.mongo_url, smtp_port=mail.port, database_prefix=f"{folder.name[-8:]}_"
        )
        async with Services(
            home,
            wiring,
            replicas=replicas,
            names=("notifier",),
            commands={"notifier": command},
            environment={"notifier": environment},
        ) as services:
            connection = await aio_pika.connect(amqp_url)
            async with connection, connection.channel() as channel:
                answers = await channel.declare_queue(exclusive=True)
                await answers.bind(EVENTS, NoticeAcknowledged.event_type)
                yield NotifierAlone(home, services, channel, answers)
