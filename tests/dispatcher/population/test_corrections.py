"""The population of a correction: exactly those who were really issued the wrong letter."""

from typing import Any

import pytest

from services.dispatcher.own_messages import AllocationDue, ChunkDue, CorrectionDue
from services.dispatcher.wiring import Repositories
from shared.contracts import CampaignApproved, CampaignRefused, DeliveryReported, PopulationLoaded
from tests.dispatcher.given.decisions import THURSDAY, TUESDAY, launched
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.known_customers import line, send_list
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.support.inside import Inside
from tests.support.samples import sample

CORRECTION = "OTM-26-0050"
WRONG = {"campaign": CAMPAIGN, "arms": ["plain"], "since": "2026-09-08", "until": "2026-09-08", "plan_version": 1}
LETTER = {"language": "en", "subject": "A mistake", "body": "Dear {{ name }}, our letter named the wrong page."}
ARMS = [{"code": "correction", "channel": "print", "letters": [LETTER]}]


def plan(**wrong: Any) -> CampaignApproved:
    return sample(
        CampaignApproved, campaign=CORRECTION, arms=ARMS, corrects=WRONG | wrong, launch="2026-09-10",
        respond_by="2027-10-29", waves=[{"number": 1, "on": "2026-09-10", "size": 200}],
    )  # fmt: skip


async def gather(desk: Desk, dispatcher: Inside, **wrong: Any) -> PopulationLoaded | None:
    """Lets dispatcher hear of the approval, and make the population; returns what it says of it."""
    desk.clock.instant = TUESDAY
    await desk.hear.approve(heard(plan(**wrong)))
    assert [type(each) for each in desk.spoken.of(CorrectionDue)] == [CorrectionDue]
    for _ in range(2):  # it may be heard twice
        await desk.hear.gather_wronged(heard(CorrectionDue(campaign=CORRECTION)))
    loaded = [
        PopulationLoaded.model_validate_json(each.body)
        for each in await dispatcher.said()
        if each.type == PopulationLoaded.event_type and each.subject == CORRECTION
    ]
    assert len(loaded) <= 1
    return loaded[0] if loaded else None


async def wronged(desk: Desk) -> dict[int, str]:
    """Rows of the customers who got the wrong letter, each with its reference."""
    entries = desk.store["communications"].find({"campaign": CAMPAIGN, "arm": "plain", "state": "issued"})
    return {entry["row"]: entry["_id"] async for entry in entries}


async def names(desk: Desk, dispatcher: Inside) -> list[str]:
    """Names of the customers in the correction's population."""
    load = (await desk.repository.campaign(CORRECTION)).load
    return [c.name async for _, c in dispatcher.part(Repositories).population.randomised(str(load))]


async def test_exactly_those_who_got_the_letter_are_written_to_again(issued: Desk, unapproved: Inside) -> None:
    rows = await wronged(issued)
    loaded = await gather(issued, unapproved)
    assert loaded is not None
    assert (len(rows), loaded.rows, loaded.eligible) == (40, 40, 40)
    assert await names(issued, unapproved) == [row(n - 1)["name"] for n in sorted(rows)]
    first = len(issued.printed())
    await issued.hear.allocate(heard(AllocationDue(campaign=CORRECTION, load=loaded.load)))
    await issued.hear.launch(heard(launched().model_copy(update={"campaign": CORRECTION})))
    issued.clock.instant = THURSDAY
    await issued.scheduling.start_due_waves()
    for number in (await issued.repository.campaign(CORRECTION)).waves[0].chunks:
        await issued.hear.issue_chunk(heard(ChunkDue(campaign=CORRECTION, chunk=number)))
    assert sorted(issued.printed()) == sorted([row(n - 1)["name"] for n in rows] * 2)
    assert first == len(rows)


async def test_who_has_died_since_and_whose_letter_came_back_is_left_alone(issued: Desk, unapproved: Inside) -> None:
    rows = await wronged(issued)
    back, dead = sorted(rows)[0], sorted(rows)[-1]
    report = sample(DeliveryReported, campaign=CAMPAIGN, reference=rows[back], state="returned")
    await issued.hear.note_delivery(heard(report))
    assert (await send_list(unapproved, "deaths", line(dead - 1))).is_success
    loaded = await gather(issued, unapproved)
    assert loaded is not None
    assert {each.reason: each.count for each in loaded.suppressed} == {"returned-mail": 1, "deceased": 1}
    assert loaded.eligible == len(rows) - 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "2026-09-09", "until": "2026-09-09"}, {"arms": ["control"]}, {"languages": ["cy"]},
        {"campaign": CAMPAIGN, "plan_version": 1, "since": "2026-09-07", "until": "2026-09-07"},
    ],
)  # fmt: skip
async def test_a_plan_that_corrects_nobody_is_refused_and_says_so(
    issued: Desk, unapproved: Inside, wrong: dict[str, Any]
) -> None:
    assert await gather(issued, unapproved, **wrong) is None
    refused = issued.spoken.of(CampaignRefused)
    assert {(each.campaign, each.problems[0].rule) for each in refused} == {(CORRECTION, "issued")}
    assert not (await issued.repository.campaign(CORRECTION)).load


async def test_nobody_loads_a_file_for_a_correction(issued: Desk, unapproved: Inside) -> None:
    await gather(issued, unapproved)
    async with unapproved.caller("analyst") as analyst:
        refused = await analyst.put(f"/v1/campaigns/{CORRECTION}/population", content=file([row(1)]))
    assert refused.status_code == 409
    assert "no file is loaded" in refused.json()["title"]
