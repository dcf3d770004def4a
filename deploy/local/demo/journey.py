"""The steps of the demo, one after another, as the people and systems around a campaign take them."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any

from deploy.local.demo.callers import OVER_DAYS, Call, calls, letters_in
from deploy.local.demo.figures import Outcome, checks, gather
from deploy.local.demo.hearing import until_heard
from deploy.local.demo.issuing import Issuing
from deploy.local.demo.notices import DIGESTS, counted, noticed_before, told
from deploy.local.demo.plan import SEED
from deploy.local.demo.planning import Planning
from deploy.local.demo.services import ServiceClients, good, until
from deploy.local.demo.steps import Display
from deploy.local.stack.home import Home
from shared.clock import LONDON, ShiftedClock, today
from shared.working_days import add_working_days

NOTICE = 10  # working days that helplines hear before the launch
TO_RESPOND = 22  # working days that customers have
WATCHED_DAYS = 8  # from the launch until the second wave goes out at the earliest
OPENING_TIME = time_of_day(9)
AT_ONCE = 20  # contacts reported at the same time
PATIENCE = 60.0  # seconds for any one thing to come about
LAST_LOOK = 20.0  # seconds for what was said last to arrive
OK = 200


class Journey:
    """One campaign on the stack in `home`, whose parts are at `urls`. `population` are the lines of a CSV file."""

    def __init__(
        self,
        home: Home,
        urls: Mapping[str, str],
        population: Sequence[bytes],
        display: Display,
        patience: float = PATIENCE,
        last_look: float = LAST_LOOK,
    ) -> None:
        self._home = home
        self._urls = urls
        self._population = population
        self._display = display
        self._patience = patience
        self._last_look = last_look
        self._clock = ShiftedClock(home.clock)
        self._clients = ServiceClients(home, urls)
        self._planning = Planning(self._clients)
        self.campaign = ""

    async def play(self) -> Outcome:
        """Plays all the steps; the outcome says whether every condition holds."""
        began = time.monotonic()
        launch = add_working_days(today(self._clock), NOTICE)
        launch_time = datetime.combine(launch, OPENING_TIME, LONDON)
        try:
            customers = len(self._population) - 1
            await self.plan_and_agree(customers, launch, add_working_days(launch, TO_RESPOND))
            await self.load_population()
            await self.wait_for_briefings()
            await self.clear_for_launch()
            await self.launch(launch_time)
            first = letters_in(self._home.letters / self.campaign)
            await self.go_on(launch + timedelta(days=WATCHED_DAYS))
            known = await self.take_calls(first)
            await self.issuing.watch_the_loop()
            await self.wait_for_digests(known)
            await self.issuing.send_the_rest()
            return await self.close(launch_time, known, began)
        finally:
            await self._clients.close()

    async def plan_and_agree(self, customers: int, launch: date, respond_by: date) -> None:
        self._display.step("A designer plans a campaign and says why it is right; six others agree, gate by gate")
        planned = await self._planning.draft(customers, launch, respond_by)
        self.campaign = self._planning.campaign
        self._display.say(f"{self.campaign}: {planned['title']}, to be launched on {planned['launch']}")
        await self._planning.submit()
        self._display.say(f"the author's own approval is refused: {await self._planning.refused_to_author()}")
        self._display.say(f"approved: {', '.join(await self._planning.pass_gates())}")

    async def clear_for_launch(self) -> None:
        self._display.step("Nothing goes out before the teams that it will hit say that they know")
        self._display.say(f"in the way: {', '.join(await self._planning.missing('launch'))}")
        await self._planning.sign_off()
        await self._planning.set_policy()
        await self._planning.launch()
        self._display.say("where more customers ring than was forecast, the loop may halve the letters a day by itself")
        self._display.say("everyone knows: the designer lets it go, from the day of the launch on")

    async def load_population(self) -> None:
        self._display.step(f"An analyst loads {len(self._population) - 1:,} rows into dispatcher")
        path = f"/v1/campaigns/{self.campaign}/population"
        await until(self._dispatch_status, lambda status: status == OK, "the approval to arrive", self._patience)
        headers = {"Content-Type": "text/csv"}
        answer = await self._clients.call("analyst", "PUT", "dispatcher", path, stream=self._lines, headers=headers)
        report = good(answer).json()
        rejected = good(await self._clients.call("analyst", "GET", "dispatcher", f"{path}/rejections"))
        bad = rejected.text.splitlines()[1:]
        self._display.say(f"{report['eligible']:,} may be written to; {counted(report['suppressed'])} are suppressed")
        row, field, reason = (bad[0] if bad else "0,-,-").split(",")
        self._display.say(f"{len(bad)} rows are rejected, the first is row {row}: {field}, {reason}")
        await until(
            self.issuing.dispatch, lambda dispatch: bool(dispatch["waves"]), "the allocation to arms", self._patience
        )
        self._display.say(f"allocated to an untouched control and two letters, by seed {SEED}")

    async def wait_for_briefings(self) -> None:
        self._display.step(f"Notifier tells the stakeholder teams, {NOTICE} working days before the launch")
        wanted = {"customer-services", "press-office", "debt-management", "letter-issuer"}
        notices = await until(
            self._clients.notices, lambda found: wanted <= told(found), "the advance notices", self._patience
        )
        for notice in notices:
            self._display.say(f"{notice['team']}: {notice['content']['subject']}")

    async def launch(self, at: datetime) -> None:
        self._display.step(f"The clock is moved to the launch: {at:%A %d %B %Y, %H:%M}")
        self._clock.shift_to(at)
        await self.issuing.wave_out(1)
        self._display.say("intake recognises every letter reference")
        await self._planning.hold()
        self._display.say("the designer holds the campaign, to see what the first letters bring")

    async def go_on(self, day: date) -> None:
        """The second wave, on a working day on which the first letters have arrived."""
        at = datetime.combine(add_working_days(day, 1), time_of_day(11), LONDON)
        self._display.step(f"{at:%A %d %B}: the designer lets the campaign go on, and the second wave goes out")
        self._clock.shift_to(at)
        await self._planning.go_on()
        await self.issuing.wave_out(2)

    async def take_calls(self, letters: list[str]) -> int:
        """Counts the reported contacts that are about letters of this campaign."""
        made = list(calls(letters, self._clock.now() - timedelta(days=OVER_DAYS), SEED))
        self._display.step(f"Customers get in touch: helpline and letter issuer report {len(made)} contacts")
        known = 0
        for start in range(0, len(made), AT_ONCE):
            answers = await asyncio.gather(*(self._report(call) for call in made[start : start + AT_ONCE]))
            known += sum(answer["campaign"] == self.campaign for answer in answers)
            self._display.progress(min(start + AT_ONCE, len(made)), len(made))
        self._display.say(
            f"{known} about letters of this campaign; {len(made) - known} about an unknown letter, kept too"
        )
        return known

    async def wait_for_digests(self, known: int) -> None:
        self._display.step("A quarter of an hour later: referrals and disclosures reach their teams")
        contacts = await self.issuing.contacts()
        wanted = {"disclosure-team", *contacts["referrals"]}
        await until_heard(self._clients, self.campaign, contacts, known, self._patience)
        self._clock.shift_to(self._clock.now() + timedelta(minutes=15))
        notices = await until(
            self._clients.notices, lambda found: wanted <= told(found, DIGESTS), "digests", self._patience
        )
        for notice in notices:
            if notice["rule"] in DIGESTS:
                self._display.say(f"{notice['team']}: {notice['content']['subject']}")

    async def close(self, launched_at: datetime, known: int, began: float) -> Outcome:
        self._display.step("Everything is counted, each service from its own store")
        letters = self._home.letters / self.campaign

        async def look() -> Outcome:
            figures = await gather(self._clients, self.campaign, self._urls, self._home)
            holding = checks(figures, letters, known, noticed_before(await self._clients.notices(), launched_at))
            return Outcome(campaign=self.campaign, figures=figures, checks=holding, seconds=time.monotonic() - began)

        outcome = await look()
        deadline = time.monotonic() + self._last_look
        while not outcome.holds and time.monotonic() < deadline:  # what was said last may still be on its way
            await asyncio.sleep(0.5)
            outcome = await look()
        return outcome

    async def _report(self, call: Call) -> dict[str, Any]:
        headers = {"Idempotency-Key": call.key}
        answer = await self._clients.call(call.subject, "POST", "intake", call.path, body=call.report, headers=headers)
        return dict(good(answer).json())

    @property
    def issuing(self) -> Issuing:
        return Issuing(self.campaign, self._clients, self._clock, self._display, self._patience)

    async def _dispatch_status(self) -> int:
        path = f"/v1/campaigns/{self.campaign}/dispatch"
        return (await self._clients.call("operator", "GET", "dispatcher", path)).status_code

    async def _lines(self) -> AsyncIterator[bytes]:
        for line in self._population:
            yield line
