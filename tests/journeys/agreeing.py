"""People of a campaign on the real stack who agree by mail, by links and by planner's own door."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import httpx

from deploy.local.demo.planning import Planning
from deploy.local.demo.services import ServiceClients, good, until
from shared.clock import LONDON, ShiftedClock, today
from shared.working_days import add_working_days
from tests.support.stage import Stage

PATIENCE_SECONDS = 60.0
SENTENCE = " ".join


class Agreeing(Planning):
    """A campaign whose mails are read as they arrive."""

    def __init__(self, running: Stage, clients: ServiceClients, name: str) -> None:
        super().__init__(clients, name)
        self.running = running
        self.clients = clients
        self.clock = ShiftedClock(running.home.clock)

    def mails(self, to: str, saying: str = "") -> list[str]:
        """Returns subject and text of each mail about the campaign to such an address, the oldest first."""
        files = sorted(self.running.home.mail.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        texts = [_words(each) for each in found if isinstance(each, EmailMessage) and to in str(each["To"])]
        return [text for text in texts if self.campaign in text and saying in text]

    async def mail(self, to: str, saying: str) -> str:
        """Waits for such a mail, and returns the latest."""

        async def look() -> list[str]:
            return self.mails(to, saying)

        return (await until(look, bool, f"a mail to {to} that says {saying}", PATIENCE_SECONDS))[-1]

    async def follow(self, mail: str, by: str) -> httpx.Response:
        """Presses the button of the page that a mail's link leads to."""
        found = re.search(r"(/v1/acknowledgements/[\w.-]+)", mail)
        assert found, mail
        url = self.running.urls["notifier"] + found[1]
        async with httpx.AsyncClient() as browser:
            return await browser.post(url, content=f"by={by}")

    async def owing(self) -> set[str]:
        """Returns the teams that owe an answer about the campaign."""
        path = f"/v1/waiting?campaign={self.campaign}"
        return {each["team"] for each in await self.clients.get("operator", "notifier", path)}

    async def until_owing(self, enough: Callable[[set[str]], bool], what: str) -> None:
        await until(self.owing, enough, what, PATIENCE_SECONDS)

    async def knowing(self) -> set[str]:
        """Returns the teams that know the campaign in its present form, by planner's word."""
        return {team["team"] for team in (await self.read("/stakeholders"))["teams"] if team["signed_off"]}

    async def until_knowing(self, team: str) -> None:
        await until(self.knowing, lambda known: team in known, f"planner to hear of {team}", PATIENCE_SECONDS)

    async def dispatch(self) -> dict[str, Any]:
        path = f"/v1/campaigns/{self.campaign}/dispatch"
        return dict(await self.clients.get("operator", "dispatcher", path))

    async def load(self, rows: list[bytes]) -> None:
        """Gives dispatcher the population, once it has heard of the campaign."""

        async def known() -> int:
            path = f"/v1/campaigns/{self.campaign}/dispatch"
            return (await self.clients.call("analyst", "GET", "dispatcher", path)).status_code

        async def stream() -> Any:
            for row in rows:
                yield row

        await until(known, lambda status: status == httpx.codes.OK, "dispatcher to hear of it", PATIENCE_SECONDS)
        path, csv = f"/v1/campaigns/{self.campaign}/population", {"Content-Type": "text/csv"}
        good(await self.clients.call("analyst", "PUT", "dispatcher", path, stream=stream, headers=csv))

    async def issued(self) -> int:
        return sum(entry["count"] for entry in (await self.dispatch())["ledger"] if entry["state"] == "issued")

    def to_working_day(self, days: int, hour: int = 10) -> None:
        day = add_working_days(today(self.clock), days)
        self.clock.shift_to(datetime.combine(day, datetime.min.time(), LONDON) + timedelta(hours=hour))


def _words(mail: EmailMessage) -> str:
    text = mail.get_body(("plain",))
    return SENTENCE(f"{mail['Subject']}\n{text.get_content() if text else ''}".split())
