"""Each question that planner asks reads by an index, and asks for as little however many campaigns there were."""

from collections.abc import AsyncIterator

import pytest

from services.planner.app import build_app
from services.planner.campaign import Campaign
from services.planner.settings import Settings
from tests.planner.given.hearing import handlers
from tests.planner.given.plans import LAUNCH, draft, live, ready, submitted
from tests.planner.given.races import OPERATIONS, situation
from tests.planner.given.trial_units import heard_of
from tests.planner.given.volumes import has_room
from tests.support.browsing import Browser
from tests.support.inside import Corner, Inside, inside
from tests.support.questions import Questions
from tests.support.standing_work import expect_flat, standing_work

FEW = ("capacities", "capacity_versions", "offers", "drafts")
LIST = ("campaigns {} [('_id', 1)] False",)
"""The list of all campaigns that ever were."""
OVER = {"campaigns": {"state": "completed"}}
ENDS = ("stop", "complete", "reject")
"""Operations after which the others have nothing to do."""
OF_A_CAMPAIGN = (
    "", "/history", "/progress", "/assessment", "/submission", "/gates", "/lines-to-take", "/clashes", "/stakeholders",
    "/forecast", "/forecast/refit", "/forecast/suggestion", "/refits", "/help", "/launch", "/trial",
)  # fmt: skip
OF_ALL = ("campaigns", "campaigns?state=live", "waiting", "capacity", "capacity/customer-services/versions", "channels")
PAGES = {
    "designer": ("/campaigns/{}", "/campaigns/{}/waves", "/campaigns/{}/trial", "/campaigns/new"),
    "debt-adviser": ("/coming",),
    "communications-tone-lead": ("/waiting",),
    "press-officer": ("/press",),
}


@pytest.fixture
async def busy(questions: Questions, corner: Corner) -> AsyncIterator[Inside]:
    async with inside(build_app(corner.settings(Settings, site={"personas": True})), corner) as running:
        yield running


async def plays(planner: Inside, campaign: Campaign, end: str) -> None:
    reference = await situation(planner, campaign)
    await heard_of(handlers(planner), reference, LAUNCH)
    for name, operation in OPERATIONS.items():
        if name not in ENDS:
            assert await operation(planner, reference) < 500, name
    await read(planner, reference)
    assert await OPERATIONS[end](planner, reference) < 500, end


async def read(planner: Inside, reference: str) -> None:
    async with planner.caller("designer") as designer:
        paths = [f"campaigns/{reference}{path}" for path in OF_A_CAMPAIGN]
        for path in (*paths, *OF_ALL):
            answer = await designer.get(f"/v1/{path}")
            assert answer.status_code < 500, f"{path}: {answer.text}"
    for role, pages in PAGES.items():
        async with Browser(planner.service) as browser:
            await browser.sign_in(role)
            for path in pages:
                page = await browser.get(path.format(reference))
                assert page.status == 200, f"{path}: {page.words}"


async def test_no_question_looks_through_what_earlier_campaigns_left(questions: Questions, busy: Inside) -> None:
    await has_room(busy, 100)

    async def everything() -> None:
        for campaign, end in ((draft(), "reject"), (submitted(), "reject"), (ready(), "stop"), (live(), "complete")):
            await plays(busy, campaign, end)
        await standing_work(busy.service)

    await expect_flat(busy, questions, everything, few=FEW, whole=LIST, changes=OVER)
