"""A clash with another campaign is decided on a page, about the clash as the designer has seen it."""

import pytest

from services.planner.campaign import Campaign
from services.planner.campaigns import Campaigns
from tests.planner.given.people import People
from tests.support.browsing import Browser
from tests.support.inside import Inside

LIST, OTHER = "/campaigns/OTM-26-0002/clashes", "OTM-26-0001"
FORM = f"{LIST}/{OTHER}"


@pytest.fixture
async def clashing(drafted: People) -> People:
    """Two drafts about the same tax in the same weeks."""
    await drafted.draft()
    assert drafted.campaign.endswith("OTM-26-0002")
    return drafted


async def kept(site: Inside) -> Campaign:
    return await site.part(Campaigns).get("OTM-26-0002")


async def test_a_clash_is_decided_once_with_its_reason(clashing: People, designer: Browser, site: Inside) -> None:
    assert LIST in (await designer.get("/campaigns/OTM-26-0002")).links
    listed = await designer.get(LIST)
    assert FORM in listed.links
    assert "To decide" in listed.words
    form = await designer.get(FORM)
    typed = {"decision": "go-ahead", "reason": "The helplines can take both"}
    for _ in range(2):  # the button was pressed twice
        page = await designer.send(form, FORM, **typed)
        assert (page.status, page.path.partition("?")[0]) == (200, LIST)
    assert "Go ahead: both may write to these customers. By designer: The helplines can take both" in page.words
    campaign = await kept(site)
    assert (campaign.clash_decisions[OTHER].decision, campaign.version) == ("go-ahead", 2)


async def test_what_somebody_else_decided_meanwhile_stands_beside_what_was_seen(
    clashing: People, designer: Browser, site: Inside
) -> None:
    form = await designer.get(FORM)
    await designer.send(await designer.get(FORM), FORM, decision="merge", reason="One of them is enough")
    page = await designer.send(form, FORM, decision="go-ahead", reason="Both are needed")
    assert page.status == 409
    assert "None yet Merge: one of the two is given up. By designer: One of them is enough" in page.words
    assert dict(page.form(FORM).fields)["reason"] == "Both are needed"
    assert (await kept(site)).clash_decisions[OTHER].decision == "merge"
    again = await designer.send(page, FORM, decision="go-ahead")
    assert (again.status, (await kept(site)).clash_decisions[OTHER].decision) == (200, "go-ahead")


async def test_what_is_missing_is_named_and_no_other_campaign_has_a_form(clashing: People, designer: Browser) -> None:
    page = await designer.send(await designer.get(FORM), FORM, decision="", reason="")
    assert page.status == 422
    assert {"#decision", "#reason"} <= set(page.links)
    long = await designer.send(page, FORM, decision="merge", reason="x" * 200_000)
    assert long.status in (413, 422)
    assert (await designer.get(f"{LIST}/OTM-26-0009")).status == 404
