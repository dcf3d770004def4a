"""Exports have all that is kept about a customer, by any name and on paper, and who has seen it."""

import re

import pytest

from services.intake.privacy.export_words import as_lines
from shared.customers.subject_access import Export
from shared.storage.audit.trail import MongoAuditTrail
from tests.intake.given.letters import SendContact
from tests.intake.given.subjects import BY_UTR, ENGLISH, LATER, SECRETS, THEIRS, UTR, customer_in_touch, protect
from tests.support.clocks import NOON
from tests.support.inside import Corner, Inside
from tests.support.pdf_text import pdf_text


@pytest.mark.parametrize("whom", [{"letter_reference": THEIRS.lower()}, {"letter_reference": LATER}, BY_UTR], ids=str)
async def test_all_that_is_kept_about_a_customer_is_found_by_any_name(
    intake: Inside, corner: Corner, whom: dict[str, object], send_contact: SendContact
) -> None:
    await customer_in_touch(intake, corner, send_contact)
    answer = await protect(intake, "exports", whom)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    holdings = answer.json()["holdings"]
    assert {name: len(rows) for name, rows in holdings.items()} == {
        "letters": 2, "contacts": 2, "contact_history": 1, "disclosures": 1, "referrals": 1, "outcomes": 1,
    }  # fmt: skip
    assert [secret for secret in SECRETS if secret not in answer.text] == []
    assert "Rang once more" in answer.text
    assert "Rang again" in answer.text, "as it was before it was corrected"
    assert "somebody else's" not in answer.text


async def test_an_export_can_be_read_on_paper(intake: Inside, corner: Corner, send_contact: SendContact) -> None:
    await customer_in_touch(intake, corner, send_contact)
    pdf = await protect(intake, "exports/pdf", BY_UTR)
    assert (pdf.headers["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    printed = pdf_text(pdf.content)
    assert [
        words for words in (SECRETS[0], SECRETS[2], "Rang again", "£7,345.67", THEIRS) if words not in printed
    ] == []
    export = Export.model_validate((await protect(intake, "exports", BY_UTR)).json())
    lines = list(as_lines(export))
    said = {(line.label, line.words) for line in lines}
    assert said >= {
        ("Caller name", SECRETS[0]), ("Note", SECRETS[2]), ("Note", "Rang again"), ("Amount", "£7,345.67"),
        ("Letter", THEIRS), ("Received at", "10 September 2026, 11:20"), ("On", "1 October 2026"),
    }  # fmt: skip
    titles = [line.words for line in lines if line.kind == "heading"]
    assert titles[0] == "Letters we sent you"
    assert {"What you told us", "Teams we passed you to", "Who has seen it"} < set(titles)
    assert "helpline: contact corrected" in [line.words for line in lines]
    text = "\n".join(f"{line.label} {line.words}" for line in lines)
    assert re.search(r"[{}\[\]]|None|T\d\d:\d\d|[0-9a-f]{12}", text) is None, "nothing that only machines read"


def test_a_customers_own_words_stand_as_they_said_them() -> None:
    said = {"note": "re-sent 2026-09-10 by-hand", "customer_reference": {"kind": "utr", "reference": UTR}}
    row = {"reason": "cannot-pay", "duration_seconds": 65, "received_at": "2026-12-10T10:20:00Z", "said": said}
    export = Export(made_at=NOON, letters=(), holdings={"contacts": [row]}, seen_by=[], restricted=True)
    assert [(line.label, line.words) for line in as_lines(export) if line.kind == "field"] == [
        ("Reason", "cannot pay"), ("How long", "1 min 5 s"), ("Received at", "10 December 2026, 10:20"),
        ("Note", said["note"]), ("Your reference", f"UTR {UTR}"),
    ]  # fmt: skip
    assert "Your data is restricted: we keep it, but do not use it." in [line.words for line in as_lines(export)]


async def test_each_access_is_noted_and_told_and_names_nobody(
    intake: Inside, corner: Corner, send_contact: SendContact
) -> None:
    contact = (await customer_in_touch(intake, corner, send_contact))["contact"]
    async with intake.caller("operator") as operator, intake.caller("helpline") as helpline:
        await helpline.get(f"/v1/contacts/{contact}")
        await helpline.get(f"/v1/letters/{THEIRS}")
        await helpline.post("/v1/look-up", json=BY_UTR)
        await operator.get(f"/v1/letters/{ENGLISH}")
    async with intake.caller("disclosure-officer") as officer:
        assert len((await officer.get("/v1/disclosures")).json()["items"]) == 1
    seen = [(entry["who"], entry["what"]) for entry in (await protect(intake, "exports", BY_UTR)).json()["seen_by"]]
    assert seen == [
        ("helpline", "contact.corrected"), ("helpline", "contact.read"), ("helpline", "letter.looked-up"),
        ("helpline", "customer.looked-up"), ("disclosure-officer", "disclosures.listed"),
        ("data-protection", "subject.exported"),
    ]  # fmt: skip
    trail = intake.part(MongoAuditTrail)
    assert await trail.broken() is None
    written = str([entry async for entry in trail.entries()])
    assert [secret for secret in (*SECRETS, UTR) if secret in written] == []
