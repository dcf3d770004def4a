"""Planner's journeys on the real stack: what is agreed goes out, what is not does not, and what is halted stops."""

import csv
from collections.abc import AsyncIterator
from datetime import datetime
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from deploy.local.broker.management import Management
from deploy.local.demo.people import population_csv
from deploy.local.demo.plan import plan
from deploy.local.demo.planning import Planning
from deploy.local.demo.services import ServiceClients, good, until
from shared.clock import LONDON, ShiftedClock, today
from shared.working_days import add_working_days
from tests.support.ground import Ground
from tests.support.stage import Stage, stage

TUESDAY = datetime(2027, 3, 9, 10, 0, tzinfo=LONDON)
CUSTOMERS, A_DAY = 120, 25
SEEDS = count(5)
PATIENCE = 60.0


@pytest.fixture(scope="module")
async def running(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One stack for all of these campaigns, on a Tuesday in spring."""
    name = f"test-{uuid4().hex[:12]}"
    async with Management(ground.management_url) as management:
        await management.create_vhost(name)
        amqp_url = f"{ground.amqp_url.rpartition('/')[0]}/{name}"
        async with stage(ground, amqp_url, tmp_path_factory.mktemp("planning")) as running:
            ShiftedClock(running.home.clock).shift_to(TUESDAY)
            yield running
        await management.delete_vhost(name)


@pytest.fixture
async def people(running: Stage) -> AsyncIterator["People"]:
    clients = ServiceClients(running.home, running.urls)
    yield People(running, clients)
    await clients.close()


class People(Planning):
    """The people of the demo, with a campaign of their own that is launched today in several waves."""

    def __init__(self, running: Stage, clients: ServiceClients) -> None:
        super().__init__(clients, name=uuid4().hex)
        self.clock = ShiftedClock(running.home.clock)
        self.letters = running.home.letters
        self.regime = f"regime-{uuid4().hex[:8]}"
        launch = today(self.clock)
        self.plan = plan(CUSTOMERS, launch, add_working_days(launch, 22))
        self.plan |= {"daily_limit": A_DAY, "regime": self.regime, "launch": launch.isoformat()}
        self.plan["short_notice"] = "A rehearsal, on the day itself"

    async def begin(self) -> None:
        """A draft with everything that it needs."""
        launch, respond_by = today(self.clock), add_working_days(today(self.clock), 22)
        await self.draft(CUSTOMERS, launch, respond_by)
        await self.amend(self.plan)

    async def amend(self, whole: dict[str, Any], why: str = "as agreed") -> dict[str, Any]:
        self.plan = whole
        return await self.as_seen("designer", "PUT", "/plan", {"plan": whole, "reason": why})

    async def live(self) -> None:
        await self.begin()
        await self.submit()
        await self.pass_gates()
        await self.load()
        await self.sign_off()
        await self.launch()

    async def load(self) -> None:
        path = f"/v1/campaigns/{self.campaign}/population"
        lines = list(population_csv(CUSTOMERS, next(SEEDS)))  # nobody whom another campaign wrote to

        async def stream() -> AsyncIterator[bytes]:
            for line in lines:
                yield line

        async def known() -> int:
            answer = await self._clients.call("analyst", "GET", "dispatcher", f"/v1/campaigns/{self.campaign}/dispatch")
            return answer.status_code

        await until(known, lambda status: status == 200, "dispatcher to hear of it", PATIENCE)
        headers = {"Content-Type": "text/csv"}
        good(await self._clients.call("analyst", "PUT", "dispatcher", path, stream=stream, headers=headers))

    async def dispatch_status(self) -> str:
        path = f"/v1/campaigns/{self.campaign}/dispatch"
        return str((await self._clients.get("operator", "dispatcher", path))["status"])

    async def issued(self) -> int:
        path = f"/v1/campaigns/{self.campaign}/dispatch"
        ledger = (await self._clients.get("operator", "dispatcher", path))["ledger"]
        return sum(entry["count"] for entry in ledger if entry["state"] == "issued")

    async def wait_for_letters(self, letters: int) -> None:
        await until(self.issued, lambda issued: issued == letters, f"{letters} letters", PATIENCE)

    async def next_working_day(self) -> None:
        day = add_working_days(today(self.clock), 1)
        self.clock.shift_to(datetime.combine(day, TUESDAY.time(), LONDON))

    def printed(self) -> list[str]:
        """The text of every letter in the letter issuer's folder, in the order of the chunks."""
        files = sorted((self.letters / self.campaign).glob("*.csv"))
        return [" ".join(row.values()) for file in files for row in csv.DictReader(file.open())]


async def test_nothing_goes_out_before_it_is_launched_and_then_it_does(people: People) -> None:
    await people.begin()
    await people.submit()
    await people.pass_gates()
    await people.load()
    answer = await people.attempt("designer", "POST", "/launch", {"reason": "Now"})
    assert answer.status_code == 422
    await people.sign_off()
    assert await people.issued() == 0
    await people.launch()
    await people.wait_for_letters(A_DAY)


@pytest.mark.long
async def test_sent_back_and_submitted_again_it_is_approved_by_those_who_had_not_yet(people: People) -> None:
    await people.begin()
    await people.submit()
    await people.as_seen("communications-tone-lead", "POST", "/gates/communications-tone/approval", {"reason": "Fine"})
    back = {"reason": "The sample is too small to learn from"}
    assert (await people.as_seen("analyst-sign-off-lead", "POST", "/gates/analyst-sign-off/return", back))[
        "state"
    ] == "draft"
    await people.amend(people.plan | {"hypothesis": "A sharper one"})
    await people.submit()
    await people.pass_gates()
    assert (await people.read(""))["state"] == "approved"
    history = await people.read("/history?about=communications-tone")
    assert [entry["step"] for entry in history] == ["pass-gate"]


@pytest.mark.long
async def test_it_is_rejected_to_one_to_one_and_the_teams_hear_of_it(people: People) -> None:
    await people.begin()
    await people.submit()
    rejection = {"reason": "Too few share the reason", "instead": "one-to-one"}
    assert (await people.as_seen("approver", "POST", "/rejection", rejection))["state"] == "rejected"
    assert await people.missing("submission") == []
    assert (await people.attempt("designer", "POST", "/submission", {})).status_code == 409


@pytest.mark.long
async def test_a_change_of_date_reopens_the_right_gate_and_no_other(people: People) -> None:
    await people.begin()
    await people.submit()
    await people.pass_gates()
    later = add_working_days(today(people.clock), 3).isoformat()
    assert (await people.amend(people.plan | {"launch": later}, "The print run slipped"))["state"] == "submitted"
    assert [s["gate"]["code"] for s in await people.read("/gates") if s["why_open"]] == ["affected-stakeholders"]
    await people.pass_gates()
    await people.load()
    await people.sign_off()
    await people.launch()
    await people.next_working_day()
    assert await people.issued() == 0  # the first date has gone by
    await people.next_working_day()
    await people.next_working_day()
    await people.wait_for_letters(A_DAY)


async def test_stopped_while_live_nothing_more_goes_out(people: People) -> None:
    await people.live()
    await people.wait_for_letters(A_DAY)
    stopped = await people.attempt("approver", "POST", "/stop", {"reason": "The letters name the wrong page"})
    assert stopped.json()["state"] == "stopped"
    await until(people.dispatch_status, lambda found: found == "stopped", "dispatcher to stop", PATIENCE)
    await people.next_working_day()
    assert await people.issued() == A_DAY
    assert (await people.attempt("designer", "POST", "/resumption", {"reason": "Go on"})).status_code == 409


@pytest.mark.long
async def test_paused_corrected_and_resumed_it_goes_on_with_the_new_words(people: People) -> None:
    await people.live()
    await people.wait_for_letters(A_DAY)
    await people.attempt("designer", "POST", "/pause", {"reason": "The letter names the wrong page"})
    arms = [
        arm | {"letters": [letter | {"body": f"{letter['body']}\n\nSee page 4."} for letter in arm.get("letters", [])]}
        for arm in people.plan["arms"]
    ]
    await people.amend(people.plan | {"arms": arms}, "The right page")
    refused = await people.attempt("designer", "POST", "/resumption", {"reason": "Go on"})
    assert {problem["field"] for problem in refused.json()["problems"]} >= {"gates.communications-tone"}
    await people.pass_gates()
    welsh = {"question": "Pa dudalen?", "answer": "Tudalen 4", "language": "cy"}
    words = {"lines": [{"question": "Which page?", "answer": "Page 4"}, welsh]}
    version = (await people.as_seen("designer", "PUT", "/lines-to-take", words))["proposed"]["version"]
    await people.as_seen("lines-editor", "POST", f"/lines-to-take/{version}/approval", {"reason": "Clear"})
    await people.sign_off()
    await people.as_seen("designer", "POST", "/resumption", {"reason": "Corrected"})
    await people.next_working_day()
    await people.wait_for_letters(2 * A_DAY)
    texts = people.printed()
    assert sum("See page 4." in text for text in texts) == len(texts) - A_DAY == A_DAY
