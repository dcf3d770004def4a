"""A small campaign from its plan to its completion: agreed, issued, answered by customers, told to teams."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any

from deploy.local.demo.callers import OVER_DAYS, calls, letters_in
from deploy.local.demo.hearing import until_heard
from deploy.local.demo.journey import NOTICE, OPENING_TIME, TO_RESPOND, Journey
from deploy.local.demo.people import COLUMNS, utr_of
from deploy.local.demo.planning import Planning
from deploy.local.demo.services import until
from deploy.local.demo.steps import Display
from deploy.local.processes.busy import stretched
from shared.clock import LONDON, today
from shared.working_days import add_working_days
from tests.chaos.system import System
from tests.chaos.tally import Tally, tally

CUSTOMERS = 40
PATIENCE_SECONDS = 180.0
"""For any one thing to come about, whatever is done meanwhile: locks of a process that was killed last a minute."""
CALLERS_SEED = 3
ARRIVED_DAYS = 7
STEPS = 7
ASKS = ("tone-review", "gate-open")
REMINDED = 2 * ("issuer-briefing to letter-issuer",)
LATER_THAT_WEEK = ("issuer-briefing to on-call", "daily-actuals to customer-services")
DIGESTS = ("referrals to extra-support", "disclosures to disclosure-team")
"""Notices that come with the time of day, for which no message waits before it."""
RATES = {"low": 0.3, "central": 0.5, "high": 0.7}
"""Contacts for each letter, more than there will be: the closed loop has journeys of its own."""


def population(number: int) -> Sequence[bytes]:
    """Customers of that campaign alone, of whom every row is good: of a number of campaigns all come to the same."""
    rows = [
        (utr_of(f"{number % 100_000:05}{row:04}"), f"Eirlys {row} Fenwithen", f"{row} Larkspur Mews", "Netherfold",
         "ZZ1 1QZ", "cy" if row % 10 == 0 else "en", "", "", ("small", "large")[row % 2])
        for row in range(CUSTOMERS)
    ]  # fmt: skip
    return [f"{','.join(row)}\n".encode() for row in (COLUMNS, *rows)]


class SmallCampaign(Journey):
    """`number` tells it from the others of the same services. The clock moves only when all that was said is heard."""

    def __init__(self, system: System, number: int, display: Display) -> None:
        super().__init__(system.home, system.stage.urls, population(number), display, stretched(PATIENCE_SECONDS))
        self._system = system
        self._clock = system.clocks
        self._planning = Planning(self._clients, f"chaos-{number}")
        self.reported = 0

    async def play_to_the_end(self) -> None:
        await self._move_to(self._next_monday(), 9)
        launch = add_working_days(today(self._clock), NOTICE)
        await self._agree(launch)
        await self.load_population()
        await self.wait_for_briefings()
        await self.clear_for_launch()
        await self._issue(launch)
        await self._hear_from_customers(launch)
        await self._complete()

    async def tally(self) -> Tally:
        return await tally(self._clients, self._home, self.campaign, self.reported)

    async def end(self) -> None:
        await self._clients.close()

    async def _agree(self, launch: date) -> None:
        self._display.step("Planned and agreed")
        respond_by = add_working_days(launch, TO_RESPOND)
        changes = {"daily_limit": CUSTOMERS, "contact_rate": RATES}
        await self._planning.draft(CUSTOMERS, launch, respond_by, **changes)
        self.campaign = self._planning.campaign
        await self._planning.submit()
        for number, gate in enumerate(await self._planning.gates(), 1):
            await self._asked(number)
            await self._planning.pass_gate(gate)

    async def _issue(self, launch: date) -> None:
        self._display.step("The letters go out")
        await self._move_to(launch, OPENING_TIME.hour)
        await self.issuing.wave_out(1)
        await self._told(*REMINDED)

    async def _hear_from_customers(self, launch: date) -> None:
        self._display.step("Customers get in touch, and what they bring is passed on")
        await self._move_to(add_working_days(launch, ARRIVED_DAYS), 11)
        letters = letters_in(self._home.letters / self.campaign)
        since = self._clock.now() - timedelta(days=OVER_DAYS, hours=2)
        made = [replace(call, key=f"{self.campaign}-{call.key}") for call in calls(letters, since, CALLERS_SEED)]
        answers = await asyncio.gather(*(self._report(call) for call in made))
        self.reported = sum(answer["campaign"] == self.campaign for answer in answers)
        contacts = await self.issuing.contacts()
        await until_heard(self._clients, self.campaign, contacts, self.reported, stretched(PATIENCE_SECONDS))
        await self._told(*LATER_THAT_WEEK)
        await self._system.settled()
        self._clock.shift_to(self._clock.now() + timedelta(minutes=15))
        await self._told(*DIGESTS)

    async def _complete(self) -> None:
        self._display.step("The campaign is completed")
        await self._system.settled()
        closing = {"reason": "All is out and answered", "decision": "stop"}
        await self._planning.as_seen("designer", "POST", "/completion", closing)

    async def _told(self, *notices: str) -> None:
        """Returns when these notices have gone out, each as often as it is given."""

        def enough(sent: list[dict[str, Any]]) -> bool:
            return Counter(notices) <= Counter(f"{notice['rule']} to {notice['team']}" for notice in sent)

        await until(self._sent, enough, f"word of {', '.join(notices)}", stretched(PATIENCE_SECONDS))

    async def _asked(self, times: int) -> None:
        """Returns when leads have been asked to pass so many gates: they act by the mails that ask them to."""

        def enough(sent: list[dict[str, Any]]) -> bool:
            return len({notice["thread"] for notice in sent if notice["rule"] in ASKS}) >= times

        await until(self._sent, enough, f"the mail for gate {times}", stretched(PATIENCE_SECONDS))

    async def _sent(self) -> list[dict[str, Any]]:
        path = f"/v1/notices?state=sent&limit=200&campaign={self.campaign}"
        return list((await self._clients.get("operator", "notifier", path))["notices"])

    async def _move_to(self, day: date, hour: int) -> None:
        await self._system.settled()
        self._clock.shift_to(datetime.combine(day, time_of_day(hour), LONDON))

    def _next_monday(self) -> date:
        day = today(self._clock)
        return add_working_days(day + timedelta(days=6 - day.weekday()), 1)
