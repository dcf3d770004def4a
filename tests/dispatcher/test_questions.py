"""Each question that dispatcher asks while it issues reads by an index, however much there was before."""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from services.dispatcher.app import build_app
from services.dispatcher.own_messages import AllocationDue, ChunkDue
from services.dispatcher.population.repository.population import ENCRYPTED
from services.dispatcher.schedule import chunk
from services.dispatcher.settings import Settings
from shared.contracts import CampaignApproved, CampaignLaunched, CommunicationsIssued, DeliveryReported
from tests.dispatcher.given.decisions import LAUNCH, TUESDAY, launched
from tests.dispatcher.given.desk import BEFORE, Desk, heard
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.support.inside import Corner, Inside, inside
from tests.support.questions import Questions
from tests.support.samples import sample, stored
from tests.support.smtp import PostOffice
from tests.support.standing_work import expect_flat, standing_work

FEW = ("campaigns", "standings", "plans", "offers", "population_schemas", "loading")
MOST_COMMANDS = 19
WAVES = [{"number": 1, "on": "2026-09-07", "size": 100}]


@pytest.fixture
async def busy(questions: Questions, corner: Corner, tmp_path: Path) -> AsyncIterator[Inside]:
    settings = corner.settings(Settings, print_folder=tmp_path / "letters", spool_folder=tmp_path / "spool")
    async with inside(build_app(settings), corner) as running:
        yield running


async def plays(dispatcher: Inside, desk: Desk, campaign: str, first: int) -> None:
    """Twelve customers, by print and by e-mail, one of them reported on."""
    control, plain = stored(CampaignApproved)["arms"][:2]
    letters = [letter | {"agent": None} for letter in plain["letters"]]
    arms = [control, plain, plain | {"code": "mail", "channel": "email", "letters": letters}]
    desk.clock.instant = BEFORE
    await desk.hear.approve(heard(sample(CampaignApproved, campaign=campaign, waves=WAVES, arms=arms)))
    people = [row(n) | {"email": f"c{n}@example.org"} for n in range(first, first + 12)]
    async with dispatcher.caller("analyst") as analyst:
        answer = await analyst.put(f"/v1/campaigns/{campaign}/population", content=file(people, (*people[0].keys(),)))
    load = str(answer.json()["load"])
    await desk.hear.allocate(heard(AllocationDue(campaign=campaign, load=load)))
    launch = CampaignLaunched.model_validate(LAUNCH | {"campaign": campaign, "version": 2, "plan_version": 1})
    await desk.hear.launch(heard(launch))
    desk.clock.instant = TUESDAY
    while await desk.scheduling.start_due_waves():
        pass
    for number in (await desk.repository.campaign(campaign)).waves[0].chunks:
        await desk.hear.issue_chunk(heard(ChunkDue(campaign=campaign, chunk=number)))
    letter = desk.spoken.of(CommunicationsIssued)[-1].communications[0].reference
    await desk.hear.note_delivery(heard(sample(DeliveryReported, campaign=campaign, reference=letter)))
    await desk.deferred()


async def test_no_question_of_a_campaign_looks_through_what_earlier_ones_left(
    questions: Questions, busy: Inside, tmp_path: Path, office: PostOffice
) -> None:
    smtp = {"host": "127.0.0.1", "port": office.port, "sender": "tax@authority.example", "start_tls": False}
    desk = Desk(busy, tmp_path / "letters", smtp=smtp)
    numbers = count()

    async def everything() -> None:
        number = next(numbers)
        await plays(busy, desk, f"OTM-26-{number + 77:04d}", number * 100)
        await standing_work(busy.service)

    await expect_flat(busy, questions, everything, sealed=ENCRYPTED, few=FEW)


async def test_a_chunk_is_issued_by_few_commands(
    questions: Questions, busy: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunk, "CHUNK_SIZE", 10)
    desk = Desk(busy, tmp_path / "letters")
    _, plain = stored(CampaignApproved)["arms"][:2]
    arms = [plain, plain | {"code": "other"}]
    await desk.hear.approve(heard(sample(CampaignApproved, campaign=CAMPAIGN, waves=WAVES, arms=arms)))
    async with busy.caller("analyst") as analyst:
        answer = await analyst.put(f"/v1/campaigns/{CAMPAIGN}/population", content=file([row(n) for n in range(40)]))
    await desk.hear.allocate(heard(AllocationDue(campaign=CAMPAIGN, load=answer.json()["load"])))
    await desk.hear.launch(heard(launched()))
    first, second, *_ = await desk.start(TUESDAY)
    await desk.issue(first)
    with questions.listening() as work:
        await desk.issue(second)
    assert len(desk.spoken.of(CommunicationsIssued)[-1].communications) == 10
    assert work.commands <= MOST_COMMANDS, "each costs the store as much as ten entries of the ledger"
