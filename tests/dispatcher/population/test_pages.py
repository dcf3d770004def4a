"""A population is loaded on a page: the report, the rows left out to download, and what is wrong with a file."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from services.dispatcher.app import NAME, build_app
from services.dispatcher.campaigns.repository.campaigns import MongoCampaigns
from services.dispatcher.settings import Settings
from shared.contracts import CampaignApproved
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.support.browsing import Browser, Page
from tests.support.inside import Corner, Inside, inside
from tests.support.samples import sample

HERE = f"/populations/{CAMPAIGN}"
GOOD = file([*(row(n) for n in range(40)), row(40, customer_reference="1"), row(41, flags="deceased")])


@pytest.fixture
async def site(corner: Corner, tmp_path: Any) -> AsyncIterator[Inside]:
    """Dispatcher with pages and an approved campaign, without its population."""
    folders = {"print_folder": tmp_path / "letters", "spool_folder": tmp_path / "spool"}
    async with inside(build_app(corner.settings(Settings, site={"personas": True}, **folders)), corner) as running:
        approved = sample(CampaignApproved, respond_by="2027-10-29")
        await MongoCampaigns(running.service.store, NAME).approve(approved)
        yield running


@pytest.fixture
async def analyst(site: Inside) -> AsyncIterator[Browser]:
    async with Browser(site.service) as browser:
        await browser.sign_in("analyst")
        yield browser


async def upload(browser: Browser, page: Page, content: bytes, name: str = "people.csv", **fields: str) -> Page:
    """Sends the form of the page with a file, as a browser does."""
    form, boundary = page.form(f"{HERE}/file"), uuid4().hex
    sent = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{fields.get(key, value)}\r\n'
        for key, value in form.fields
        if key != "file"
    )
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = sent.encode() + head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    answer = await browser._client.post(f"{HERE}/file", content=body, headers=kind, follow_redirects=False)
    return await browser.get(answer.headers["location"]) if answer.is_redirect else Page(answer)


async def test_a_file_is_loaded_and_the_rows_left_out_can_be_downloaded(analyst: Browser) -> None:
    waits = await analyst.get("/populations")
    assert HERE in waits.links
    page = await analyst.get(HERE)
    assert "Columns that the file needs: address_1, customer_reference, name, postcode" in page.words
    done = await upload(analyst, page, GOOD)
    assert done.path == HERE
    assert "Rows of the file 42 Rejected 1 Not written to 1 To be randomised 40" in done.words
    rejected = (await analyst.get(f"{HERE}/rejected")).answer
    assert rejected.text.splitlines()[0] == "row,field,reason"
    assert rejected.text.splitlines()[1].startswith("41,customer_reference,")
    assert rejected.headers["content-disposition"].startswith("attachment")
    assert (await analyst.get(f"{HERE}/suppressed")).answer.text.splitlines()[1:] == ["42,deceased"]
    again = await upload(analyst, page, GOOD)
    assert (again.path, "Rows of the file 42" in again.words) == (HERE, True)
    another = await upload(analyst, page, file([row(1)]))
    assert (another.status, "has another population already" in another.words) == (409, True)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "", "Choose the file"),
        (b"", "empty.csv", ""),
        (b"name;age\nA;1\n", "people.csv", "save the file as CSV with commas"),
        (b"who,where\nA,B\n", "people.csv", "this column is needed"),
        (file([row(1, customer_reference="1")]), "people.csv", ""),
    ],
)
async def test_what_is_wrong_with_a_file_is_said_at_its_field_and_nothing_of_it_is_kept(
    analyst: Browser, site: Inside, content: bytes, name: str, said: str
) -> None:
    page = await upload(analyst, await analyst.get(HERE), content, name)
    assert page.status in (400, 422)
    assert "#file" in page.links
    assert "file" in page.ids
    assert said in page.words
    assert await site.service.store["loads"].count_documents({}) == 0


async def test_a_file_from_elsewhere_or_from_somebody_else_is_refused(analyst: Browser, site: Inside) -> None:
    page = await analyst.get(HERE)
    assert (await upload(analyst, page, GOOD, _csrf="of another session")).status == 403
    async with Browser(site.service) as operator:
        theirs = await operator.sign_in("operator", HERE)
        assert not [form for form in theirs.forms() if form.action.startswith("/populations")]
        csrf = dict(theirs.form("/sign-out").fields)["_csrf"]
        assert (await upload(operator, page, GOOD, _csrf=csrf)).status == 403
    async with Browser(site.service) as stranger:
        assert (await upload(stranger, page, GOOD)).heading == "Sign in"
    assert await site.service.store["loads"].count_documents({}) == 0


async def test_a_form_that_breaks_off_or_is_none_keeps_nothing(analyst: Browser, site: Inside) -> None:
    page = await analyst.get(HERE)
    fields = [(name, value) for name, value in page.form(f"{HERE}/file").fields if name != "file"]
    assert (await analyst.post(f"{HERE}/file", fields)).status == 400
    csrf = dict(fields)["_csrf"]
    begun = (
        f'--x\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\n{csrf}\r\n'
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    for content in (begun.encode() + GOOD, begun.encode()[:60], b"--y\r\nnothing"):
        answer = await analyst._client.post(f"{HERE}/file", content=content, headers=headers)
        assert answer.status_code == 400, content[:80]
    assert await site.service.store["loads"].count_documents({}) == 0


async def test_a_campaign_that_is_not_approved_has_no_page_yet(analyst: Browser) -> None:
    page = await analyst.get("/populations/OTM-26-0099")
    assert (page.status, "is not approved yet" in page.words) == (404, True)
