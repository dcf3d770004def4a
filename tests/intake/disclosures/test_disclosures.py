"""Disclosures have a reference, an owner and a day; they go from state to state, and late ones are announced."""

import hashlib
import io
import zipfile
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from services.intake.disclosures.overdue import Overdue
from services.intake.disclosures.repository.attachments import MongoAttachments
from services.intake.disclosures.repository.disclosures import MongoDisclosures
from shared.clock import ShiftedClock
from shared.contracts import CampaignApproved, InformationOverdue
from shared.events import first_event
from shared.protection import Cipher, load_keyring
from tests.intake.given.disclosures import PDF, SAID, volunteer
from tests.intake.given.letters import UNKNOWN, handlers
from tests.support.clocks import NOON
from tests.support.inside import Corner, Inside
from tests.support.samples import sample


async def call(intake: Inside, method: str, path: str, subject: str = "disclosure-officer", **more: Any) -> Any:
    async with intake.caller(subject) as caller:
        return await caller.request(method, f"/v1/disclosures{path}", **more)


async def test_a_disclosure_goes_from_receipt_to_resolution_in_order_and_from_team_to_team(intake: Inside) -> None:
    reference = (await volunteer(intake))["disclosure_reference"]
    path = f"/{reference}"
    assert [(await call(intake, "POST", f"{path}/{step}", json={"team": "compliance"})).status_code
            for step in ("resolve", "route")] == [409, 409]  # fmt: skip
    assert (await call(intake, "POST", f"{path}/acknowledge")).json()["state"] == "acknowledged"
    assert (await call(intake, "POST", f"{path}/acknowledge")).json()["state"] == "acknowledged"
    routed = await call(intake, "POST", f"{path}/route", json={"team": "compliance"})
    assert (routed.json()["state"], routed.json()["owner"]) == ("routed", "compliance")
    for team in ("debt-management", "debt-management", "compliance"):  # again it is no step, and back again it is
        on = (await call(intake, "POST", f"{path}/route", "intake-lead", json={"team": team})).json()
        assert (on["state"], on["owner"]) == ("routed", team)
    assert (await call(intake, "GET", path)).status_code == 404, "it is another team's now"
    resolved = (await call(intake, "POST", f"{path}/resolve", "intake-lead")).json()
    assert [step["state"] for step in resolved["history"]] == ["received", "acknowledged", *["routed"] * 3, "resolved"]
    assert [step["by"] for step in resolved["history"]][1:] == ["disclosure-officer"] * 2 + ["intake-lead"] * 3
    assert resolved["volunteered"]["items"] == SAID["items"]
    assert "prompted" not in str(resolved)


async def test_a_team_sees_its_own_and_nobody_without_the_scope_sees_any(intake: Inside) -> None:
    await volunteer(intake)
    assert len((await call(intake, "GET", "")).json()["items"]) == 1
    assert (await call(intake, "GET", "", "helpline")).status_code == 403
    assert (await call(intake, "GET", "?state=resolved")).json()["items"] == []


async def test_its_deadline_is_the_campaigns_own_and_being_late_is_said_once(intake: Inside, corner: Corner) -> None:
    own = sample(CampaignApproved, volunteered={"owner": "disclosure-team", "working_days": 2}, plan_version=2)
    await handlers(intake).note_campaign(first_event(own, "somebody", NOON))
    await handlers(intake).note_campaign(first_event(sample(CampaignApproved), "somebody", NOON))  # an old one, late
    soon = await volunteer(intake)  # on Thursday 10 September
    later = await volunteer(intake, UNKNOWN)
    listed = {each["id"]: each["due"] for each in (await call(intake, "GET", "")).json()["items"]}
    assert listed == {soon["disclosure"]: "2026-09-14", later["disclosure"]: "2026-09-24"}
    overdue = Overdue(intake.part(MongoDisclosures), ShiftedClock(corner.home.clock))
    for moment, announced in (("2026-09-14T22:59:00", 0), ("2026-09-14T23:01:00", 1), ("2026-09-16T12:00:00", 1)):
        corner.move_clock(datetime.fromisoformat(moment).replace(tzinfo=UTC))
        await overdue.step()
        said = [InformationOverdue.model_validate_json(e.body) for e in await intake.said() if "overdue" in e.type]
        assert [event.disclosure for event in said] == [soon["disclosure"]] * announced
    await call(intake, "POST", f"/{later['disclosure']}/acknowledge")
    await call(intake, "POST", f"/{later['disclosure']}/resolve")
    corner.move_clock(datetime(2026, 12, 1, tzinfo=UTC))
    assert await overdue.step() is False


async def test_a_file_comes_back_as_it_was_sent_and_nobody_can_read_it_in_the_store(intake: Inside) -> None:
    path = f"/{(await volunteer(intake))['disclosure']}/attachments"
    headers = {"Idempotency-Key": "scan-1"}
    first = await call(intake, "POST", path, "helpline", content=PDF, headers=headers)
    again = await call(intake, "POST", path, "helpline", content=PDF, headers=headers)
    other = await call(intake, "POST", path, "helpline", content=PDF + b"!", headers=headers)
    assert (first.status_code, again.json(), other.status_code) == (201, first.json(), 409)
    assert (first.json()["media_type"], first.json()["size"]) == ("application/pdf", len(PDF))
    assert len((await call(intake, "GET", path)).json()) == 1
    back = await call(intake, "GET", f"{path}/{first.json()['id']}")
    assert hashlib.sha256(back.content).digest() == hashlib.sha256(PDF).digest()
    assert back.headers["content-type"] == "application/octet-stream"
    assert (back.headers["content-disposition"], back.headers["x-content-type-options"]) == ("attachment", "nosniff")
    pieces = [row["data"] async for row in intake.service.store["attachment_files.chunks"].find()]
    assert sum(map(len, pieces)) > len(PDF)
    assert not any(b"Gwenllian" in piece for piece in pieces)
    assert (await call(intake, "GET", f"{path}/{first.json()['id']}", "debt-adviser")).status_code == 403


def _zip() -> bytes:
    with io.BytesIO() as held:
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("word/vbaProject.bin", b"macro")
        return held.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90\x00" + b"\x00" * 200, b"<html><script>alert(1)</script>", b"#!/bin/sh\nrm -rf /", _zip(),
     b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + b"x" * 50, b" " * 10 + PDF[:100]],
    ids=["nothing", "program", "page", "script", "archive", "drawing", "animation", "something before a PDF"],
)  # fmt: skip
async def test_a_file_is_refused_by_its_content_whatever_its_name(intake: Inside, content: bytes) -> None:
    path = f"/{(await volunteer(intake))['disclosure']}/attachments"
    answer = await call(intake, "POST", path, "helpline", content=content, headers={"Content-Type": "application/pdf"})
    assert (answer.status_code, answer.json()["problems"][0]["rule"]) == (422, "media-type")


async def test_files_are_limited_in_size_and_number(intake: Inside) -> None:
    path = f"/{(await volunteer(intake))['disclosure']}/attachments"
    assert (await call(intake, "POST", path, "helpline", content=b"%PDF-" + bytes(10_000_000))).status_code == 413
    statuses = [(await call(intake, "POST", path, "helpline", content=PDF[:99])).status_code for _ in range(11)]
    assert statuses == [201] * 10 + [409]


@pytest.mark.parametrize("whole", [True, False])
async def test_a_file_whose_upload_was_cut_off_leaves_nothing_once_it_is_sent_again_or_forgotten(
    intake: Inside, corner: Corner, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    """Whether it was whole by then and not yet known, or there were no more than pieces of it."""
    disclosure = (await volunteer(intake))["disclosure"]
    path, store = f"/{disclosure}/attachments", intake.service.store

    async def send(key: str = "scan-1") -> int:
        headers = {"Idempotency-Key": key}
        return int((await call(intake, "POST", path, "helpline", content=PDF, headers=headers)).status_code)

    async def left() -> list[int]:
        pieces = await store["attachment_files.chunks"].distinct("files_id")
        return [len(pieces), *[await store[name].count_documents({}) for name in ("attachments", "attachment_uploads")]]

    async def cut_off(key: str) -> None:
        with monkeypatch.context() as dying:
            dying.delattr(MongoAttachments, "_document")
            assert await send(key) == 500
        if not whole:
            known = [row["file"] async for row in store["attachments"].find()]
            await store["attachment_files.files"].delete_many({"_id": {"$nin": known}})

    await cut_off("scan-1")
    assert await left() == [1, 0, 1], "or this would show nothing"
    for _ in range(2):
        assert await send() == 201
        assert await left() == [1, 1, 0]
    await cut_off("scan-2")
    assert await left() == [2, 1, 1]
    attachments = MongoAttachments(store, Cipher(load_keyring(corner.home.keyring)))
    await store.commit(partial(attachments.forget, disclosure))
    await attachments.sweep(disclosure)
    assert await left() == [0, 0, 0]
