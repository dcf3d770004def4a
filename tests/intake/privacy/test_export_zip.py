"""A customer gets back the files that they sent us, with all else that we keep about them, in one archive."""

import io
import json
import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from zipfile import ZipFile

import httpx

from services.intake.privacy.export_zip import as_zip
from shared.customers.subject_access import Export
from shared.errors import NotFound
from shared.storage.audit.trail import MongoAuditTrail
from tests.intake.given.subjects import BY_UTR, ENGLISH, SECRETS, customer_in_touch, protect, stored
from tests.support.inside import Corner, Inside

DISCLOSURE = "81e33eae-0b2f-5e55-9d3c-7a2e3f4b5c6d"
PDF = b"%PDF-1.7\n" + b"Rent book of Gwenllian. " * 40_000
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4_000


async def attach(intake: Inside, disclosure: str, content: bytes) -> httpx.Response:
    async with intake.caller("helpline") as helpline:
        name = {"Content-Disposition": 'attachment; filename="../../etc/passwd"'}
        return await helpline.post(f"/v1/disclosures/{disclosure}/attachments", content=content, headers=name)


async def test_the_archive_has_all_that_is_kept_and_the_files_as_they_were_sent(intake: Inside, corner: Corner) -> None:
    first = await customer_in_touch(intake, corner)
    for content in (PDF, PNG):
        assert (await attach(intake, first["disclosure"], content)).status_code == 201
    assert "Rent book" not in await stored(intake)
    answer = await protect(intake, "exports/zip", BY_UTR)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    reference = first["disclosure_reference"]
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = [f"files/{reference}-1.pdf", f"files/{reference}-2.png"]
        assert archive.namelist() == ["export.json", "export.pdf", *names]
        assert [archive.read(name) for name in names] == [PDF, PNG]
        assert archive.read("export.pdf").startswith(b"%PDF-")
        told = json.loads(archive.read("export.json"))
    assert [row["file"] for row in told["holdings"]["attachments"]] == names
    assert [secret for secret in SECRETS if secret not in json.dumps(told, ensure_ascii=False)] == []
    alone = (await protect(intake, "exports", BY_UTR)).json()
    assert alone["holdings"] == told["holdings"]
    trail = [each async for each in intake.part(MongoAuditTrail).entries() if each.what == "subject.exported"]
    assert [each.details.get("files") for each in trail] == [True, None]


async def test_a_customer_without_files_gets_an_archive_without_and_strangers_get_none(
    intake: Inside, corner: Corner
) -> None:
    await customer_in_touch(intake, corner)
    answer = await protect(intake, "exports/zip", {"letter_reference": ENGLISH})
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["export.json", "export.pdf"]
    assert (await protect(intake, "exports/zip", BY_UTR, "intake-lead")).status_code == 403
    nobody = {"customer_reference": {"kind": "vrn", "reference": "980780684"}}
    assert (await protect(intake, "exports/zip", nobody)).status_code == 404


class Heavy:
    """Ten files of ten megabytes, each made when it is asked for."""

    LARGE = 10_000_000

    async def content(self, disclosure: str, attachment: str) -> bytes:
        if disclosure != DISCLOSURE:
            raise NotFound("there is no such attachment")
        return attachment.encode() * self.LARGE


async def test_however_much_a_customer_sent_one_file_at_a_time_is_in_memory() -> None:
    rows: list[dict[str, Any]] = [
        {"id": str(n), "disclosure": DISCLOSURE, "media_type": "application/pdf", "file": f"files/{n}.pdf"}
        for n in range(10)
    ]
    export = Export(
        made_at=datetime(2026, 9, 7, tzinfo=UTC), letters=(), holdings={"attachments": rows}, seen_by=[],
        restricted=False,
    )  # fmt: skip

    async def lengths() -> AsyncIterator[int]:
        async for piece in as_zip(export, Heavy()):
            yield len(piece)

    tracemalloc.start()
    sent = [length async for length in lengths()]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(sent) > 10 * Heavy.LARGE
    assert max(sent) < 1_000_000
    assert peak < 4 * Heavy.LARGE
