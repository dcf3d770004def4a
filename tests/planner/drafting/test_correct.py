"""A correction is begun on a page from the campaign whose letters were wrong."""

from datetime import UTC, datetime

import pytest

from services.planner.campaigns import Campaigns
from services.planner.progress.ports import ProgressRepository
from shared.contracts import CommunicationsIssued
from tests.planner.given.people import People
from tests.support.browsing import Browser
from tests.support.inside import Inside
from tests.support.samples import sample

FORM = "/campaigns/OTM-26-0001/correction"
ISSUED = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)
DAYS = {f"{name}-{part}": value for name in ("since", "until") for part, value in
        (("day", "7"), ("month", "9"), ("year", "2026"))}  # fmt: skip


@pytest.fixture
async def launched(site: Inside) -> str:
    """A campaign that is live, of which a chunk has gone out; returns an arm that got a letter."""
    async with People(site) as people:
        await people.live()
        campaign = await site.part(Campaigns).get("OTM-26-0001")
        arm = next(arm.code for arm in campaign.plan.arms if not arm.control)
        chunk = sample(CommunicationsIssued).model_dump()
        letters = [each | {"arm": arm} for each in chunk["communications"]]
        fields = chunk | {"campaign": "OTM-26-0001", "issued_at": ISSUED, "communications": letters}
        issued = CommunicationsIssued.model_validate(fields)
        await site.part(ProgressRepository).communications_issued("chunk-1", issued)
        return arm


async def test_a_correction_is_begun_once_to_those_who_got_the_wrong_letter(
    launched: str, designer: Browser, site: Inside
) -> None:
    assert FORM in (await designer.get("/campaigns/OTM-26-0001")).links
    form = await designer.get(FORM)
    assert "7 September 2026" in form.words
    for _ in range(2):  # the button was pressed twice
        page = await designer.send(form, FORM, title="The right date", arms=launched, languages="en", **DAYS)
        assert (page.status, page.path) == (200, "/campaigns/OTM-26-0002")
    plan = (await site.part(Campaigns).get("OTM-26-0002")).plan
    assert plan.corrects is not None
    assert (plan.corrects.campaign, plan.corrects.arms, plan.corrects.languages) == (
        "OTM-26-0001",
        (launched,),
        ("en",),
    )
    assert plan.customers == len(sample(CommunicationsIssued).communications)


async def test_what_is_wrong_is_named_and_what_was_typed_stays(launched: str, designer: Browser) -> None:
    form = await designer.get(FORM)
    empty = await designer.send(form, FORM, title="", arms="", languages="")
    assert empty.status == 422
    assert {"#title", "#arms", "#languages", "#since", "#until"} <= set(empty.links)
    turned = await designer.send(form, FORM, title="The right date", **DAYS | {"until-day": "6"})
    assert (turned.status, "#until" in turned.links) == (422, True)
    assert dict(turned.form(FORM).fields)["title"] == "The right date"
    nobody = await designer.send(form, FORM, title="The right date", **DAYS | {"since-day": "8", "until-day": "9"})
    assert (nobody.status, "#since" in nobody.links) == (422, True)


async def test_a_campaign_that_was_never_launched_has_nothing_to_correct(drafted: People, designer: Browser) -> None:
    assert FORM not in (await designer.get("/campaigns/OTM-26-0001")).links
    page = await designer.get(FORM)
    assert "never launched" in page.words
