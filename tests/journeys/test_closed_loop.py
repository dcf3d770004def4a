"""The closed loop on the real stack: twice the calls pause a campaign, its plan is re-fitted, and it goes on.

The clock is moved; what customers do follows from the letters that were really issued.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.local.demo.callers import letters_in
from deploy.local.demo.issuing import issued_of
from deploy.local.demo.journey import NOTICE, TO_RESPOND, Journey
from deploy.local.demo.notices import told
from deploy.local.demo.people import population_csv
from deploy.local.demo.services import good, until
from services.planner.forecast.outlook import outlook
from services.planner.forecast.plan_assumptions import plan_assumptions
from services.planner.forecast.schedule.schedule import planned_waves
from services.planner.plan.plan import Plan
from services.planner.plan.wave_size import WaveSize
from shared.clock import LONDON, ShiftedClock, today
from shared.working_days import add_working_days
from tests.support.ground import Ground
from tests.support.stage import Silent, stage

TRUTH = 2.0
"""Times as many customers get in touch as the plan's central rate says."""
PAUSE = {
    "policy": {"action": "pause", "resume": "by-person", "longest_days": 30},
    "reason": "Agreed with the helplines",
}
CUSTOMERS, SEED = 3_000, 11
PATIENCE_SECONDS = 120.0
WEEKS = timedelta(days=11)
"""From the launch until the second wave goes out."""


class TwiceAsMany(Journey):
    """A campaign whose letters bring twice the calls that were forecast."""

    async def loop(self) -> tuple[int, int]:
        """Letters that were out when the loop paused the campaign, and when the re-fit was accepted."""
        launch = add_working_days(today(self._clock), NOTICE)
        await self.plan_and_agree(len(self._population) - 1, launch, add_working_days(launch, TO_RESPOND))
        await self.load_population()
        await self.wait_for_briefings()
        await self.clear_for_launch()
        await self._planning.set_policy(PAUSE)
        await self.launch(datetime.combine(launch, time(9), LONDON))
        first = issued_of(await self.issuing.dispatch())
        await self.go_on(launch + WEEKS)
        await self.report_twice_as_many(launch, first)
        await until(self._state, lambda state: state == "paused", "the loop to pause it", self._patience)
        paused = issued_of(await self.issuing.dispatch())
        await until(
            self._clients.notices,
            lambda found: {"customer-services", "press-office"} <= told(found, ["paused"]), "the word", self._patience,
        )  # fmt: skip
        self._clock.shift_to(self._clock.now() + timedelta(days=1))  # a re-fit is by what came until yesterday
        return paused, issued_of(await self.issuing.dispatch())

    async def report_twice_as_many(self, launch: date, first: int) -> None:
        """Returns the contacts that the first letters bring until now, at twice the rate."""
        plan = await self.plan()
        letters = letters_in(self._home.letters / self.campaign)
        for on, count in brought(plan, [WaveSize(on=launch, size=first)]).items():
            if on > today(self._clock):
                break
            for number in range(round(count)):
                at = min(self._clock.now(), datetime.combine(on, time(10), LONDON) + timedelta(minutes=number))
                report = {"letter_reference": letters[number], "channel": "phone", "reason": "why-me",
                          "received_at": at.isoformat()}  # fmt: skip
                good(await self._clients.call("helpline", "POST", "intake", "/v1/contacts", body=report))

    async def refit(self) -> dict[str, Any]:
        """A designer asks for a proposal and accepts it; the gates that it touches are passed again."""
        await self._planning.as_seen("designer", "POST", "/refits", {})
        proposal = (await self._planning.read("/refits"))[-1]
        path = f"/refits/{proposal['number']}/acceptance"
        await self._planning.as_seen("designer", "POST", path, {"reason": "Agreed with the helplines"})
        await self._planning.pass_gates()
        await self._planning.sign_off()
        await self._planning.go_on()
        return dict(proposal)

    async def plan(self) -> Plan:
        return Plan.model_validate((await self._planning.read(""))["plan"])

    async def close_clients(self) -> None:
        await self._clients.close()

    async def _state(self) -> str:
        return str((await self._planning.read(""))["state"])


@pytest.mark.long
async def test_a_campaign_with_twice_the_calls_is_paused_re_fitted_and_goes_on_within_what_helplines_were_told(
    ground: Ground, amqp_url: str, tmp_path: Path
) -> None:
    async with stage(ground, amqp_url, tmp_path) as running:
        people = list(population_csv(CUSTOMERS, SEED, agents=True))
        journey = TwiceAsMany(running.home, running.urls, people, Silent(), PATIENCE_SECONDS, PATIENCE_SECONDS)
        paused, later = await journey.loop()
        before = await journey.plan()
        proposal = await journey.refit()
        after = await journey.plan()
        now = today(ShiftedClock(running.home.clock))
        await journey.close_clients()
    assert later == paused  # nothing went out while it was paused, whatever day it was
    assert before.contact_rate is not None
    assert after.contact_rate is not None
    assert after.contact_rate.central > 1.2 * before.contact_rate.central  # a few noisy days say only so much
    assert "contacts, not" in " ".join(proposal["says"])
    # above what helplines were told a day there is only what was in the post when the campaign was paused
    told_a_day = max(announced(before).values())
    in_the_post = brought(before, [wave for wave in after.schedule if wave.on <= now])
    for on, contacts in brought(before, after.schedule).items():
        assert contacts - in_the_post.get(on, 0.0) <= 1.1 * told_a_day


def brought(plan: Plan, waves: Sequence[WaveSize], times: float = TRUTH) -> dict[date, float]:
    """The contacts that waves bring by day in truth."""
    expected = outlook(plan_assumptions(plan, waves))
    return dict(zip(expected.days, (float(n) for n in times * expected.total()), strict=True))


def announced(plan: Plan) -> dict[date, float]:
    """The contacts of which helplines were told with the plan."""
    return brought(plan, [WaveSize(on=wave.on, size=wave.size) for wave in planned_waves(plan)], times=1.0)
