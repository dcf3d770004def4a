"""Each question that notifier asks reads by an index, and asks for as little however much was told before."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.notifier.messages import EVENTS
from shared.contracts import CampaignCompleted, CampaignRejected, CampaignStopped, Contract
from tests.notifier.given.desk import Desk, opened
from tests.notifier.test_races import TEAM, Asked, answer, resend, situation
from tests.support.inside import Corner
from tests.support.questions import Questions
from tests.support.samples import sample
from tests.support.smtp import PostOffice
from tests.support.standing_work import expect_flat, standing_work

FEW = ("calendar_salts", "lines_to_take")
OVER: dict[str, dict[str, Any]] = {
    "campaigns": {"over": True},
    "notices": {"state": "sent"},
    "asks": {"closed": "ended", "next_at": None, "open_until": None},
    "digest_entries": {"stage": "told"},
}
ENDS: tuple[type[Contract], ...] = (CampaignStopped, CampaignRejected, CampaignCompleted)
LISTS = (
    "notices", "notices?campaign={campaign}", f"notices?team={TEAM}", "notices?state=failed", "notices/{notice}",
    "notices?thread={thread}", "notices/gathered?campaign={campaign}", "waiting", "waiting?campaign={campaign}",
    f"waiting?team={TEAM}",
)  # fmt: skip


@pytest.fixture
async def busy(questions: Questions, corner: Corner, office: PostOffice) -> AsyncIterator[Desk]:
    async with opened(corner, office.port) as desk:
        yield desk


async def plays(desk: Desk) -> None:
    """A campaign of which everything is told, some days in which what is due is sent, and everything that is read."""
    at = await situation(desk)
    for contract in (each for each in EVENTS if each not in ENDS):
        of_it = {"campaign": at.campaign} if "campaign" in contract.model_fields else {}
        await desk.say(sample(contract, **of_it))
    for _ in range(3):
        desk.clock.move(days=1)
        await desk.turn()
        await standing_work(desk.notifier.service)
        await desk.delivery.idle()
        await desk.deliver()
    await read(desk, at)
    assert await answer(desk, at, "desk-7") < 500
    assert await resend(desk, at) < 500
    await desk.say(*(sample(contract, campaign=at.campaign) for contract in ENDS))
    await desk.turn()


async def read(desk: Desk, at: Asked) -> None:
    async with desk.notifier.caller("operator") as operator:
        for path in LISTS:
            answer = await operator.get(f"/v1/{path.format(**vars(at))}")
            assert answer.status_code < 500, f"{path}: {answer.text}"
        calendar = (await operator.get(f"/v1/calendars/{TEAM}")).json()["url"]
    await desk.campaigns.contacts(at.campaign)
    async with desk.notifier.caller(None) as anybody:
        assert (await anybody.get(calendar.removeprefix("http://service"))).is_success


async def test_no_question_looks_through_what_was_told_of_earlier_campaigns(questions: Questions, busy: Desk) -> None:
    async def everything() -> None:
        await plays(busy)

    await expect_flat(busy.notifier, questions, everything, few=FEW, changes=OVER)
