"""A site with many campaigns and communications: all four services, on a broker and a store of their own."""

import asyncio
import re
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from pathlib import Path

from bench.pages.campaigns import DESIGNED
from bench.pages.filling import Filled, fill
from deploy.local.broker.broker import VHOST
from deploy.local.broker.management import Management
from deploy.local.stack.environment import Wiring
from deploy.local.stack.home import Home
from deploy.local.stack.infrastructure import Infrastructure
from deploy.local.stack.mailsink import MailSink
from deploy.local.stack.ports import Ports
from deploy.local.stack.services import SERVICES, Services
from shared.clock import ShiftedClock
from shared.messaging.queues.figures import figures
from shared.storage.store import Store

LINK = re.compile(r"https?://[^/\s]+(/v1/acknowledgements/[^\s\"<>]+)")
LOOK_SECONDS, QUIET_LOOKS, PATIENCE_SECONDS = 0.5, 4, 120.0


@asynccontextmanager
async def running(campaigns: int, communications: int) -> AsyncIterator[Filled]:
    """Yields the site once it is filled and nothing goes on in it. The pages of all services are of one address."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        home.prepare()
        ShiftedClock(home.clock).shift_to(DESIGNED)
        async with Infrastructure(home) as ground, MailSink(home) as mail:
            address = f"http://127.0.0.1:{Ports(home.ports).get('planner')}"
            wiring = Wiring(
                amqp_url=ground.amqp_url,
                mongo_url=ground.mongo_url,
                smtp_port=mail.port,
                site=address,
                management_url=ground.management_url,
            )
            async with Services(home, wiring) as services:
                site = Filled(home, services.urls(), ground.amqp_url, ground.mongo_url)
                await fill(site, campaigns, communications)
                with site.timed("until all is quiet"):
                    await _quiet(site, str(ground.management_url))
                yield site


async def _quiet(site: Filled, management_url: str) -> None:
    """Returns when nothing waits in a queue or an outbox, and no mail goes out."""
    stores = [Store(site.mongo_url, f"otm_{name}") for name in SERVICES]
    looks, mails, deadline = 0, -1, time.monotonic() + PATIENCE_SECONDS
    while looks < QUIET_LOOKS and time.monotonic() < deadline:
        async with Management(management_url) as management:
            waiting = sum(queue.depth for queue in await figures(management, VHOST) if queue.kind == "events")
        waiting += sum([await store.outbox.depth() for store in stores])
        before, mails = mails, sum(1 for _ in site.home.mail.iterdir())
        looks = looks + 1 if not waiting and mails == before else 0
        await asyncio.sleep(LOOK_SECONDS)
    for store in stores:
        store.close()


def link_in_a_mail(site: Filled) -> str:
    """Returns the address behind the link of a notice that went out."""
    for file in sorted(site.home.mail.iterdir()):
        told = message_from_bytes(file.read_bytes(), policy=policy.default).get_body(("plain",))
        if told and (found := LINK.search(told.get_content())):
            return found[1]
    raise LookupError("no mail has a link")
