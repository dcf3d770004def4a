"""Restricted data is given to the customer and to nobody else, and outlasts its time."""

from datetime import timedelta

from shared.clock import SystemClock
from shared.retention.retention import Retention
from tests.intake.given.letters import SendContact, contacts_kept, report
from tests.intake.given.subjects import BY_UTR, ENGLISH, LATER, THEIRS, customer_in_touch, protect
from tests.support.inside import Corner, Inside


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


async def test_restricted_records_outlast_their_time(intake: Inside, corner: Corner, send_contact: SendContact) -> None:
    await customer_in_touch(intake, corner, send_contact)
    await protect(intake, "restrictions", {"whom": BY_UTR, "reason": "legal-claim"})
    corner.move_clock(SystemClock().now() + timedelta(days=3_000))
    while await intake.part(Retention).step():
        pass
    assert await contacts_kept(intake) == 2, "theirs, and nobody's who was in a block with them"
    assert await intake.service.store["letters"].count_documents({}) == 2
