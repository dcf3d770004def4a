"""A wrong letter from planner to dispatcher and back: exactly those who got it are written to again, with new lines."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from services.dispatcher import app as dispatching
from services.dispatcher.own_messages import AllocationDue, ChunkDue, CorrectionDue
from services.dispatcher.settings import Settings as DispatcherSettings
from services.planner import app as planning
from services.planner.settings import Settings as PlannerSettings
from shared.contracts import (
    CampaignApproved,
    CampaignLaunched,
    CampaignPaused,
    CommunicationsIssued,
    Contract,
    LinesToTakePublished,
    PopulationLoaded,
)
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.people import file, row
from tests.planner.given.hearing import handlers
from tests.planner.given.people import REASON, People
from tests.planner.given.plans import DESIGNED, later, plan
from tests.support.clocks import NOON
from tests.support.inside import Corner, Inside, inside

WRONG, DAY = "OTM-26-0001", "2026-09-07"
CUSTOMERS = 60


class Loop:
    """Planner and dispatcher, and what each says brought to the other."""

    def __init__(self, planner: Inside, dispatcher: Inside, desk: Desk, people: People) -> None:
        self.planner, self.dispatcher, self.desk, self.people = planner, dispatcher, desk, people

    async def to_dispatcher(self, campaign: str, *kinds: type[Contract]) -> None:
        """The latest of each kind that planner has said."""
        listen: dict[type[Contract], Any] = {
            CampaignApproved: self.desk.hear.approve, CampaignLaunched: self.desk.hear.launch,
            CampaignPaused: self.desk.hear.pause, LinesToTakePublished: self.desk.hear.publish_lines,
        }  # fmt: skip
        said = [each for each in await self.planner.said() if each.subject == campaign]
        for kind in kinds:
            latest = [each for each in said if each.type == kind.event_type][-1]
            await listen[kind](heard(kind.model_validate_json(latest.body)))

    async def loaded(self, campaign: str) -> PopulationLoaded:
        """The population as dispatcher says it, told to planner, and its customers allocated."""
        said = [
            e for e in await self.dispatcher.said() if (e.type, e.subject) == (PopulationLoaded.event_type, campaign)
        ]
        population = PopulationLoaded.model_validate_json(said[-1].body)
        await handlers(self.planner).note_population(heard(population))
        await self.desk.hear.allocate(heard(AllocationDue(campaign=campaign, load=population.load)))
        return population

    async def issue(self, campaign: str) -> None:
        """The waves that are due, told to planner."""
        while await self.desk.scheduling.start_due_waves():
            pass
        waves = (await self.desk.repository.campaign(campaign)).waves
        before = len(self.desk.spoken.of(CommunicationsIssued))
        for number in (number for wave in waves if wave.started_at for number in wave.chunks):
            await self.desk.hear.issue_chunk(heard(ChunkDue(campaign=campaign, chunk=number)))
        for said in self.desk.spoken.of(CommunicationsIssued)[before:]:
            await handlers(self.planner).note_issued(heard(said))


@pytest.fixture
async def loop(tmp_path: Path, mongo_url: str, database: str) -> AsyncIterator[Loop]:
    corner = Corner.made(tmp_path, mongo_url, database)
    corner.move_clock(DESIGNED)
    further = {"mongo_database": f"{database}_d", "print_folder": tmp_path / "print", "spool_folder": tmp_path}
    settings = corner.settings(DispatcherSettings, **further)
    async with AsyncExitStack() as stack:
        planner = await stack.enter_async_context(inside(planning.build_app(corner.settings(PlannerSettings)), corner))
        dispatcher = await stack.enter_async_context(inside(dispatching.build_app(settings), corner))
        people = await stack.enter_async_context(People(planner))
        yield Loop(planner, dispatcher, Desk(dispatcher, tmp_path / "letters"), people)


async def test_a_correction_goes_to_exactly_those_who_got_the_wrong_letter(loop: Loop) -> None:
    people, desk = loop.people, loop.desk
    group = [plan()["groups"][0] | {"customers": CUSTOMERS, "could_grow_to": CUSTOMERS}]
    await people.draft(customers=CUSTOMERS, groups=group, daily_limit=20, analysis=None)
    await people.answer()
    await people.done("designer", "PUT", "/assessment/customers", {
        "text": "Those", "review_by": "2026-12-30", "customers": CUSTOMERS
    })  # fmt: skip
    await people.word()
    await people.submit()
    await people.pass_gates()
    await loop.to_dispatcher(WRONG, CampaignApproved, LinesToTakePublished)
    async with loop.dispatcher.caller("analyst") as analyst:
        rows = file([row(n) for n in range(CUSTOMERS)])
        assert (await analyst.put(f"/v1/campaigns/{WRONG}/population", content=rows)).is_success
    await loop.loaded(WRONG)
    await people.sign_off()
    await people.done("designer", "POST", "/launch", REASON)
    await loop.to_dispatcher(WRONG, CampaignLaunched)
    loop.planner.move_clock(later(28))
    desk.clock.instant = NOON
    await loop.issue(WRONG)  # the first of three days
    got_wrong = sorted(desk.printed())
    await people.done("designer", "POST", "/pause", REASON)
    await loop.to_dispatcher(WRONG, CampaignPaused)
    assert 0 < len(got_wrong) < CUSTOMERS * 0.8

    designer = await people.by("designer")
    body = {"title": "The date was wrong", "since": DAY, "until": DAY}
    made = await designer.post(f"/v1/campaigns/{WRONG}/correction", json=body)
    assert made.status_code == 201, made.text
    people.campaign, correction = made.headers["Location"], made.json()["reference"]
    drafted = made.json()["plan"]
    assert drafted["customers"] == len(got_wrong)
    letters = [{"language": "en", "subject": "A mistake", "body": "Dear {{ name }}, the date is 30 October."}]
    briefed = {"on": DAY, "by": "designer"}
    right = drafted | {
        "arms": [drafted["arms"][0] | {"letters": letters}], "launch": "2026-09-09", "respond_by": "2026-10-30",
        "milestones": [{"what": "They are out", "on": "2026-09-09"}], "press_office_briefed": briefed,
        "communications_briefed": briefed,
    }  # fmt: skip
    await people.done("designer", "PUT", "/plan", {"plan": right})
    await people.word([{"question": "Which date is right?", "answer": "30 October."}])
    await people.submit()
    await people.pass_gates("communications-tone", "affected-stakeholders")
    desk.clock.move(minutes=1)
    await loop.to_dispatcher(correction, CampaignApproved, LinesToTakePublished)
    await desk.hear.gather_wronged(heard(CorrectionDue(campaign=correction)))
    population = await loop.loaded(correction)
    assert (population.rows, population.eligible) == (len(got_wrong), len(got_wrong))
    await people.sign_off()
    await people.done("designer", "POST", "/launch", REASON)
    await loop.to_dispatcher(correction, CampaignLaunched)
    desk.clock.move(days=2)
    await loop.issue(correction)
    assert sorted(desk.printed()) == sorted(got_wrong * 2), "each of them twice, and nobody else"
    letters_said = [said for said in desk.spoken.of(CommunicationsIssued) if said.campaign == correction]
    assert sum(len(said.communications) for said in letters_said) == len(got_wrong)
