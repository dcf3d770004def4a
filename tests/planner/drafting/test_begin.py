"""A campaign is begun on a page: once for each form, and what is wrong is named."""

import asyncio

import pytest

from tests.support.browsing import Browser, Page
from tests.support.inside import Inside

NEW = "/campaigns/new"
TYPED = {"title": "Rent that is not on returns", "regime": "self-assessment", "directorate": "default"}


def typed(page: Page) -> dict[str, str]:
    return {name: value for name, value in page.form(NEW).fields if name in TYPED}


async def test_a_campaign_is_begun_once_however_often_the_button_is_pressed(designer: Browser) -> None:
    assert NEW in (await designer.get("/campaigns")).links
    form = await designer.get(NEW)
    pages = await asyncio.gather(*(designer.send(form, NEW, **TYPED) for _ in range(2)))
    (path,) = {page.path for page in pages}  # one of two that come together may have taken a number and left it
    assert [page.heading for page in pages] == [f"{path.removeprefix('/campaigns/')}, draft {TYPED['title']}"] * 2
    again = await designer.send(form, NEW, **TYPED | {"title": "Another"})
    assert (again.status, typed(again)["title"]) == (409, "Another")
    assert (await designer.send(again, NEW)).heading.endswith("Another")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "Two\nlines"}, "title"),
        ({"regime": ""}, "regime"),
        ({"regime": "Rents & duties"}, "regime"),
        ({"regime": "x" * 61}, "regime"),
        ({"directorate": "nowhere"}, "directorate"),
    ],
)
async def test_what_is_wrong_with_a_beginning_is_named_and_what_was_typed_stays(
    designer: Browser, changed: dict[str, str], field: str
) -> None:
    page = await designer.send(await designer.get(NEW), NEW, **TYPED | changed)
    assert page.status == 422
    assert f"#{field}" in page.links
    assert field in page.ids
    kept = {name: value for name, value in (TYPED | changed).items() if (name, value) != ("directorate", "nowhere")}
    assert typed(page) == kept
    assert "There is no campaign yet" in (await designer.get("/campaigns")).words


async def test_only_designers_begin_campaigns(site: Inside) -> None:
    async with Browser(site.service) as analyst:
        page = await analyst.sign_in("analyst")
        assert NEW not in page.links
        assert (await analyst.get(NEW)).status == 403
        sent = [*page.form("/sign-out").fields, *TYPED.items()]
        assert (await analyst.post(NEW, sent)).status == 403
