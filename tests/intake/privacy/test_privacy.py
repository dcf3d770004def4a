"""Requests of customers about their data: access, restriction, erasure; and who saw it."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.intake import app
from services.intake.privacy.export_words import as_lines
from services.intake.privacy.retention import expect_blocks
from shared.clock import ShiftedClock, SystemClock
from shared.customers.subject_access import Export
from shared.errors import Invalid
from shared.retention.policy import load_policy
from shared.retention.retention import Retention
from shared.storage.audit.trail import MongoAuditTrail
from tests.intake.given.letters import SendContact, contacts_kept, report, send_in_a_stream
from tests.intake.given.subjects import BY_UTR, ENGLISH, LATER, SECRETS, THEIRS, UTR, customer_in_touch, protect, stored
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


async def test_restricted_data_is_given_to_the_customer_and_to_nobody_else(
    intake: Inside, corner: Corner, send_contact: SendContact
) -> None:
    first = await customer_in_touch(intake, corner, send_contact)
    whom = {"whom": {"letter_reference": THEIRS}, "reason": "accuracy-contested"}
    assert (await protect(intake, "restrictions", whom)).json() == {"matched": True}
    contact, correction = f"/v1/contacts/{first['contact']}", {"report": report(), "why": "x"}
    refused = []
    async with intake.caller("intake-lead") as lead:
        for path in (
            contact, f"{contact}/history", f"/v1/letters/{LATER}", f"/v1/disclosures/{first['disclosure_reference']}",
        ):  # fmt: skip
            refused.append(await lead.get(path))
        refused.append(await lead.post(f"{contact}/corrections", json=correction))
        refused.append(await lead.post("/v1/look-up", json=BY_UTR))
        lists = [(await lead.get(path)).json()["items"] for path in ("/v1/disclosures", "/v1/referrals")]
        assert (await lead.get(f"/v1/letters/{ENGLISH}")).status_code == 200
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(403, "restricted")}
    assert lists == [[], []]
    assert (await send_contact(intake, report(letter_reference=LATER))).status_code == 201, "nobody is turned away"
    assert (await protect(intake, "exports", BY_UTR)).json()["restricted"] is True
    assert (await protect(intake, "erasures", {"whom": BY_UTR, "ground": "objection"})).status_code == 409
    assert (await protect(intake, "restrictions/lift", whom)).status_code == 204
    async with intake.caller("intake-lead") as lead:
        assert (await lead.get(contact)).status_code == 200


async def test_erased_records_are_gone_and_kept_ones_are_named(
    intake: Inside, corner: Corner, send_contact: SendContact
) -> None:
    first = await customer_in_touch(intake, corner, send_contact)
    request = {"whom": BY_UTR, "ground": "no-longer-needed"}
    erasure = (await protect(intake, "erasures", request)).json()
    assert erasure["erased"] == {"contacts": 2, "contact-history": 1, "referrals": 1, "outcomes": 1}
    assert {refusal["type"]: refusal["count"] for refusal in erasure["refused"]} == {"disclosures": 1, "letters": 2}
    assert erasure["refused"][0]["until"].startswith("2032-09-1")
    assert "Six years" in erasure["refused"][0]["because"]
    export = (await protect(intake, "exports", BY_UTR)).text
    assert [secret for secret in SECRETS if secret in export] == list(SECRETS[3:])
    async with intake.caller("helpline") as helpline:
        contact = (await helpline.get(f"/v1/contacts/{first['contact']}")).json()
        assert (contact["report"]["caller_name"], contact["letter"]) == (None, None)
        counts = (await helpline.get("/v1/campaigns/OTM-26-0042/contacts")).json()["contacts"]
    assert counts == {"complaint": 1, "help-to-act": 2}, "it still counts"
    again = (await protect(intake, "erasures", request)).json()
    assert again["erased"] == {}
    entries = [entry async for entry in intake.part(MongoAuditTrail).entries() if entry.what == "subject.erased"]
    assert (entries[0].who, entries[0].details["ground"]) == ("data-protection", "no-longer-needed")
    repeated = report(letter_reference=THEIRS, reason="complaint", note=SECRETS[2])
    assert (await send_contact(intake, repeated, "call-1")).status_code == 409, "the same report cannot bring it back"


async def test_each_type_of_record_goes_when_its_time_has_passed(
    intake: Inside, corner: Corner, send_contact: SendContact
) -> None:
    await customer_in_touch(intake, corner, send_contact)
    names = ("contact_history", "referrals", "disclosures", "outcomes", "letters")
    contacts = 9 if send_contact is send_in_a_stream else 3

    async def held(after_days: int) -> list[int]:
        now = ShiftedClock(corner.home.clock).now()
        corner.move_clock(now + timedelta(days=after_days))
        while await intake.part(Retention).step():
            pass
        others = [await intake.service.store[name].count_documents({}) for name in names]
        return [await contacts_kept(intake), *others]

    assert await held(0) == [contacts, 1, 1, 1, 1, 6]
    assert await held(1_000) == [contacts, 1, 1, 1, 1, 6]
    assert await held(200) == [0, 0, 0, 1, 1, 6]
    assert await held(1_100) == [0, 0, 0, 1, 0, 0], "what is not resolved is never deleted unseen"
    await intake.service.store["disclosures"].update_many({}, {"$set": {"open": False}})
    assert await held(0) == [0] * 6
    assert await intake.service.store["contacts"].count_documents({}) == 0, "no empty blocks either"
    text = await stored(intake)
    assert [secret for secret in SECRETS if secret in text] == []
    deleted = {
        entry.details["type"]: entry.details["count"]
        async for entry in intake.part(MongoAuditTrail).entries()
        if entry.what == "retention.deleted"
    }
    assert deleted == {
        "contacts": contacts, "contact-history": 1, "referrals": 1, "outcomes": 1, "letters": 6, "disclosures": 1,
    }  # fmt: skip


@pytest.mark.parametrize("change", [{"since": "received_at"}, {"unless": {"void": True}}])
def test_contacts_are_kept_by_nothing_that_a_block_of_them_does_not_say(tmp_path: Path, change: dict[str, Any]) -> None:
    policy = yaml.safe_load(Path(app.__file__).with_name("retention.yaml").read_text())
    policy[0] |= change
    (tmp_path / "retention.yaml").write_text(yaml.safe_dump(policy))
    with pytest.raises(Invalid, match="recorded_at"):
        expect_blocks(load_policy(tmp_path / "retention.yaml"))


async def test_restricted_records_outlast_their_time(intake: Inside, corner: Corner, send_contact: SendContact) -> None:
    await customer_in_touch(intake, corner, send_contact)
    await protect(intake, "restrictions", {"whom": BY_UTR, "reason": "legal-claim"})
    corner.move_clock(SystemClock().now() + timedelta(days=3_000))
    while await intake.part(Retention).step():
        pass
    assert await contacts_kept(intake) == 2, "theirs, and nobody's who was in a block with them"
    assert await intake.service.store["letters"].count_documents({}) == 2


async def test_only_the_data_protection_team_may(intake: Inside, corner: Corner, send_contact: SendContact) -> None:
    await customer_in_touch(intake, corner, send_contact)
    for path, body in (
        ("exports", BY_UTR), ("exports/pdf", BY_UTR), ("restrictions", {"whom": BY_UTR, "reason": "x"}),
        ("erasures", {"whom": BY_UTR, "ground": "objection"}),
    ):  # fmt: skip
        assert (await protect(intake, path, body, "intake-lead")).status_code == 403
    assert (await protect(intake, "exports", {"letter_reference": "9999"})).status_code == 422
    assert (await protect(intake, "exports", {})).status_code == 422
    nobody = {"customer_reference": {"kind": "vrn", "reference": "980780684"}}
    assert (await protect(intake, "exports", nobody)).status_code == 404
