"""Erased records are gone, and kept ones are named with the reason."""

from shared.storage.audit.trail import MongoAuditTrail
from tests.intake.given.letters import SendContact, report
from tests.intake.given.subjects import BY_UTR, SECRETS, THEIRS, customer_in_touch, protect
from tests.support.inside import Corner, Inside


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
