"""Each question that dispatcher asks while it issues reads by an index, however much there was before."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from services.dispatcher.app import build_app
from services.dispatcher.own_messages import AllocationDue, ChunkDue
from services.dispatcher.settings import Settings
from services.dispatcher.wiring import Repositories
from shared.contracts import CampaignApproved, CampaignLaunched, CommunicationsIssued, DeliveryReported
from tests.dispatcher.given.decisions import LAUNCH, TUESDAY
from tests.dispatcher.given.desk import BEFORE, Desk, heard
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.support.inside import Corner, Inside, inside
from tests.support.questions import Questions, grow
from tests.support.samples import sample, stored
from tests.support.smtp import PostOffice

GROW = (
    "chunks", "communications", "issued_by_day", "last_contacted", "recipients",
)  # fmt: skip
OTHER = "OTM-26-0077"
EARLIER = 1_500
"""Documents of earlier campaigns in each collection that grows."""
WAVES = [{"number": 1, "on": "2026-09-07", "size": 100}]


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> Questions:
    listener = Questions()
    client = partial(AsyncIOMotorClient, event_listeners=[listener])
    monkeypatch.setattr("shared.storage.store.AsyncIOMotorClient", client)
    return listener


@pytest.fixture
async def busy(questions: Questions, corner: Corner, tmp_path: Path) -> AsyncIterator[Inside]:
    settings = corner.settings(Settings, print_folder=tmp_path / "letters", spool_folder=tmp_path / "spool")
    async with inside(build_app(settings), corner) as running:
        yield running


async def plays(dispatcher: Inside, desk: Desk, campaign: str, first: int) -> str:
    """Twelve customers, by print and by e-mail, one of them reported on; returns the load."""
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
    return load


async def test_no_question_of_a_campaign_looks_through_what_earlier_ones_left(
    questions: Questions, busy: Inside, tmp_path: Path, office: PostOffice
) -> None:
    smtp = {"host": "127.0.0.1", "port": office.port, "sender": "tax@authority.example", "start_tls": False}
    desk = Desk(busy, tmp_path / "letters", smtp=smtp)
    load = await plays(busy, desk, CAMPAIGN, 0)
    await grow(busy.service.store.database, GROW, (CAMPAIGN, load), EARLIER)
    questions.listening = True
    await plays(busy, desk, OTHER, 100)
    await busy.part(Repositories).loading.sweep()
    questions.listening = False
    found = await questions.looked_through(busy.service.store.database, GROW)
    assert not found, "\n".join(found)
