"""Each question that intake asks reads by an index, and asks for as little however much there was before."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from services.intake.app import ENCRYPTED, build_app
from services.intake.settings import Settings
from tests.intake.given.calls import handler
from tests.intake.given.letters import ENGLISH, register, send, send_in_a_stream
from tests.intake.given.outcomes import post
from tests.intake.given.races import OPERATIONS, Situation, situation
from tests.support.inside import Corner, Inside, inside
from tests.support.questions import Questions
from tests.support.standing_work import expect_flat, standing_work

OVER: dict[str, dict[str, Any]] = {
    "disclosures": {"open": False, "state": "resolved"},
    "referrals": {"open": False, "state": "closed"},
    "registrations": {"noted_at": datetime(2100, 1, 1, tzinfo=UTC)},
    "volumes": {"quarter": datetime(2025, 9, 10, 12, tzinfo=UTC)},
}
"""Work that is finished, contacts of a year ago, and letters that are not looked for again while the test lasts."""
FEW = ("campaigns", "capacities", "watched", "lines_to_take")
ENDS = ("void", "erase", "return", "close", "resolve", "route")
"""Operations after which the others have nothing to do."""
AS_LEAD = (
    "letters/{letter}", "contacts/{contact}", "contacts/{contact}/history", "campaigns/OTM-26-0042/contacts",
    "disclosures", "disclosures?state=acknowledged", "disclosures?state=resolved", "disclosures/{disclosure}",
    "disclosures/{disclosure}/attachments", "referrals", "referrals?state=closed", "referrals/{referral}",
    "volumes?campaign=OTM-26-0042", "volumes?since=2026-09-10T00:00:00Z&until=2026-09-11T00:00:00Z",
)  # fmt: skip
PAGES = {
    "call-handler": ("/desk", f"/desk/letters/{ENGLISH}"),
    "helpline-manager": ("/helpline",),
    "disclosure-officer": ("/work-list", "/work-list?show=finished", "/work-list/disclosures/{disclosure}"),
    "debt-adviser": ("/work-list", "/work-list?show=finished", "/work-list/referrals/{referral}"),
}
FILE = f"letter_reference,outcome,on\n{ENGLISH},paid,2026-09-09\n".encode()
REPORTS = {
    "letter-issuer/despatch-reports": {"reports": [{"letter_reference": ENGLISH, "on": "2026-09-08"}]},
    "letter-issuer/returned-mail": {"reports": [{"letter_reference": ENGLISH, "on": "2026-09-09"}]},
}


@pytest.fixture
async def busy(questions: Questions, corner: Corner) -> AsyncIterator[Inside]:
    async with inside(build_app(corner.settings(Settings, site={"personas": True})), corner) as running:
        yield running


async def plays(intake: Inside) -> None:
    """Customers in touch in every way, teams that work on it, and everything that they read."""
    await register(intake)
    for way, ends in ((send, ENDS[:1]), (send, ENDS[1:2]), (send_in_a_stream, ENDS[2:])):
        at = await situation(intake, way)
        for name, operation in OPERATIONS.items():
            if name not in ENDS:
                assert await operation(intake, at) < 500, name
        await read(intake, at)
        for name in ends:
            assert await OPERATIONS[name](intake, at) < 500, name
    assert (await post(intake, FILE, kind="text/csv")).is_success
    for path, body in REPORTS.items():
        async with intake.caller("letter-issuer") as issuer:
            assert (await issuer.post(f"/v1/{path}", json=body)).status_code < 500, path


async def read(intake: Inside, at: Situation) -> None:
    async with intake.caller("intake-lead") as lead:
        for path in AS_LEAD:
            answer = await lead.get(f"/v1/{path.format(**vars(at))}")
            assert answer.is_success, f"{path}: {answer.text}"
    for role, paths in PAGES.items():
        async with handler(intake, role) as (browser, _):
            for path in paths:
                page = await browser.get(path.format(**vars(at)))
                assert page.status == 200, f"{path}: {page.words}"


async def test_no_question_looks_through_what_earlier_campaigns_left(questions: Questions, busy: Inside) -> None:
    async def everything() -> None:
        await plays(busy)
        await standing_work(busy.service)

    await expect_flat(busy, questions, everything, sealed=ENCRYPTED, few=FEW, changes=OVER)
