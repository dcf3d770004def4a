"""Files for disclosures as people send them, and those who may add one."""

import asyncio
from pathlib import Path

import pytest

from deploy.local.stack import access
from services.intake.app import build_app
from services.intake.disclosures.attachment import MOST_ATTACHMENTS
from services.intake.settings import Settings
from shared.clock import SystemClock
from tests.intake.given.disclosures import PDF, volunteer
from tests.support.inside import Corner, Inside, inside

FILES = Path(__file__).parent / "given"
FORM = b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n%PDF-1.7 scan\r\n--x--\r\n'


async def attach(intake: Inside, key: str, content: bytes, subject: str = "helpline") -> tuple[int, str]:
    async with intake.caller(subject) as caller:
        answer = await caller.post(f"/v1/disclosures/{key}/attachments", content=content)
    return answer.status_code, answer.json().get("title", "")


@pytest.mark.parametrize("file", ["mark-before.pdf", "line-ends-before.pdf"])
async def test_a_pdf_with_signs_before_it_is_taken(intake: Inside, file: str) -> None:
    key = (await volunteer(intake))["disclosure_reference"]
    assert (await attach(intake, key, (FILES / file).read_bytes()))[0] == 201


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        ((FILES / "photo.heic").read_bytes(), "save it as JPEG"),
        (FORM, "send the file itself as the body, not a form"),
        (b"%PDF-", "save it again"),
        (b"", "the body is empty"),
        (b"\x1f\x8b\x08\x00", "not compressed"),
        (b"PK\x03\x04word", "save it as PDF"),
    ],
    ids=["heic", "form", "no-pdf", "empty", "gzip", "docx"],
)
async def test_a_file_that_is_not_taken_is_refused_with_what_to_send_instead(
    intake: Inside, content: bytes, advice: str
) -> None:
    key = (await volunteer(intake))["disclosure_reference"]
    status, title = await attach(intake, key, content)
    assert status == 422
    assert advice in title


async def test_a_disclosure_is_found_by_its_reference_in_any_case_spacing_and_dashes(intake: Inside) -> None:
    reference: str = (await volunteer(intake))["disclosure_reference"]
    spoken = (reference.lower(), reference.replace("-", ""), reference.replace("-", "\u2013"), f"\u00a0{reference} ")
    async with intake.caller("disclosure-officer") as officer:
        found = [(await officer.get(f"/v1/disclosures/{key}")).status_code for key in spoken]
    assert found == [200] * len(spoken)


@pytest.fixture
def strangers(corner: Corner) -> list[str]:
    """Keys of another team's people, and of another helpline."""
    return [
        access.create(
            corner.home,
            {"subject": f"clerk-{team}", "kind": "machine", "scopes": [scope], "team": team},
            None,
            SystemClock().now(),
        )
        for scope, team in (("disclosures:work", "compliance"), ("contacts:write", "another-line"))
    ]


async def test_a_team_without_the_disclosure_or_its_contact_adds_nothing_to_it(
    strangers: list[str], intake: Inside
) -> None:
    path = f"/v1/disclosures/{(await volunteer(intake))['disclosure_reference']}/attachments"
    async with intake.caller(None) as caller:
        answers = [
            await caller.post(path, content=PDF, headers={"Authorization": f"Bearer {key}"}) for key in strangers
        ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert await intake.service.store["attachments"].count_documents({}) == 0


async def test_a_resolved_disclosure_takes_no_file(intake: Inside) -> None:
    key = (await volunteer(intake))["disclosure_reference"]
    async with intake.caller("disclosure-officer") as officer:
        for step in ("acknowledge", "resolve"):
            assert (await officer.post(f"/v1/disclosures/{key}/{step}")).is_success
    status, title = await attach(intake, key, PDF)
    assert (status, "is resolved: record a new contact" in title) == (409, True)


async def test_of_several_files_at_once_no_more_are_taken_than_there_is_room_for(
    intake: Inside, corner: Corner
) -> None:
    key = (await volunteer(intake))["disclosure_reference"]
    for _ in range(MOST_ATTACHMENTS - 1):
        assert (await attach(intake, key, PDF))[0] == 201
    async with inside(build_app(corner.settings(Settings)), corner) as replica:
        answers = await asyncio.gather(*(attach(each, key, PDF) for each in (intake, replica) for _ in range(3)))
    assert sorted(status for status, _ in answers) == [201] + [409] * 5
    store = intake.service.store
    assert await store["attachments"].count_documents({}) == MOST_ATTACHMENTS
    assert len(await store["attachment_files.chunks"].distinct("files_id")) == MOST_ATTACHMENTS
