"""The demo's letters on their way out, wave by wave, and what the closed loop does about them."""

from datetime import datetime, time
from typing import Any

from deploy.local.demo.notices import told
from deploy.local.demo.services import ServiceClients, until
from deploy.local.demo.steps import Display
from shared.clock import LONDON, ShiftedClock, today
from shared.working_days import add_working_days

MORNING = time(9)
TOLD = {"customer-services", "letter-issuer", "press-office", "debt-management"}
"""The teams that hear that the campaign is slowed."""


class Issuing:
    def __init__(
        self, campaign: str, clients: ServiceClients, clock: ShiftedClock, display: Display, patience: float
    ) -> None:
        self._campaign = campaign
        self._clients = clients
        self._clock = clock
        self._display = display
        self._patience = patience

    async def wave_out(self, number: int) -> None:
        """Every letter of the waves up to this one is out, and intake knows it."""

        def out(found: dict[str, Any]) -> bool:
            waves = found["waves"][:number]
            chunks = sum(len(wave["chunks"]) for wave in waves)
            return bool(waves[-1]["started_at"]) and found["chunks"]["finished"] >= chunks

        found = await until(self.dispatch, out, f"wave {number}", self._patience)
        issued = await self._registered(found)
        self._display.say(f"{issued:,} letters in {found['chunks']['finished']} print files, each with a manifest")

    async def watch_the_loop(self) -> None:
        self._display.step("More customers get in touch than was forecast: the campaign is slowed by itself")

        async def slowed() -> list[dict[str, Any]]:
            history = await self._clients.get("operator", "planner", f"/v1/campaigns/{self._campaign}/history")
            return [change for change in history if change["step"] == "slow"]

        changes = await until(slowed, bool, "the loop to act", self._patience)
        self._display.say(f"by {changes[0]['by']}: {changes[0]['reason']}")
        rules = ("volumes-exceeded", "slowed")

        def all_told(found: list[dict[str, Any]]) -> bool:
            return told(found, ["slowed", "slowed-others"]) >= TOLD and {each["rule"] for each in found} >= {*rules}

        notices = await until(self._clients.notices, all_told, "the word of it", self._patience)
        for rule in rules:
            first = next(each for each in reversed(notices) if each["rule"] == rule)
            self._display.say(f"{first['team']}: {first['content']['subject']}")

    async def send_the_rest(self) -> None:
        self._display.step("The last wave waits for a day, because of the lower limit; then every letter is out")
        self._next_day()
        before = await until(self.dispatch, _waits, "the last wave to wait", self._patience)
        self._display.say(f"{issued_of(before):,} letters are out, and on this day none goes out")
        days, found = 0, before
        while not found["completed_at"]:
            self._next_day()
            days += 1
            found = await until(self.dispatch, self._nothing_more_today, "the letters", self._patience)
        await self._registered(found)
        self._display.say(f"{issued_of(found):,} letters are out {days} working day{'s' * (days > 1)} later")

    async def dispatch(self) -> dict[str, Any]:
        return dict(await self._clients.get("operator", "dispatcher", f"/v1/campaigns/{self._campaign}/dispatch"))

    async def contacts(self) -> dict[str, Any]:
        return dict(await self._clients.get("operator", "intake", f"/v1/campaigns/{self._campaign}/contacts"))

    async def _registered(self, found: dict[str, Any]) -> int:
        issued = issued_of(found)
        await until(self.contacts, lambda kept: kept["letters_registered"] == issued, "the register", self._patience)
        return issued

    def _nothing_more_today(self, found: dict[str, Any]) -> bool:
        ends = [datetime.fromisoformat(wait["until"]) for wait in found["waiting"]]
        return bool(found["completed_at"]) or (bool(ends) and min(ends) > self._clock.now())

    def _next_day(self) -> None:
        day = add_working_days(today(self._clock), 1)
        self._clock.shift_to(datetime.combine(day, MORNING, LONDON))


def issued_of(found: dict[str, Any]) -> int:
    return sum(entry["count"] for entry in found["ledger"] if entry["state"] == "issued")


def _waits(found: dict[str, Any]) -> bool:
    return bool(found["waves"][-1]["started_at"]) and bool(found["waiting"])
