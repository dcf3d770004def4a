"""A contact goes by every name that was said in it: its letter, whose letter it is, and the caller's own reference."""

from typing import Any

from shared.contracts import CommunicationsIssued
from shared.customers.letter_reference import letter_reference
from shared.events import first_event
from tests.intake.given.letters import UNKNOWN, SendContact, handlers, report
from tests.intake.given.subjects import BY_UTR, THEIRS, UTR, customer_in_touch, protect
from tests.support.clocks import NOON
from tests.support.inside import Corner, Inside
from tests.support.samples import sample

DAUGHTER = {"kind": "vrn", "reference": "980780684"}
BY_VRN = {"customer_reference": DAUGHTER}


async def issue(intake: Inside, reference: str, **fields: Any) -> None:
    letter = [{"reference": reference, "arm": "plain", "language": "en", **fields}]
    issued = sample(CommunicationsIssued, chunk=int(reference == UNKNOWN) + 20, communications=letter)
    await handlers(intake).register_letters(first_event(issued, "somebody", NOON))


async def contacts_of(intake: Inside, whom: dict[str, Any]) -> int:
    answer = await protect(intake, "exports", whom)
    return len(answer.json()["holdings"].get("contacts", [])) if answer.is_success else 0


async def test_a_contact_is_found_adopted_restricted_and_erased_by_each_of_its_names(
    intake: Inside, corner: Corner, send_contact: SendContact
) -> None:
    """A daughter, who gives her own reference, rings about her father's letter; and about one nobody has heard of."""
    await customer_in_touch(intake, corner, send_contact)
    body = report(letter_reference=THEIRS, customer_reference=DAUGHTER, support_offered="Rings for her father")
    both = (await send_contact(intake, body)).json()["contact"]
    early = report(letter_reference=UNKNOWN, customer_reference={"kind": "utr", "reference": UTR})
    orphan = (await send_contact(intake, early)).json()["contact"]
    assert [await contacts_of(intake, whom) for whom in (BY_VRN, BY_UTR, {"letter_reference": UNKNOWN})] == [1, 4, 1]
    await issue(intake, UNKNOWN)
    async with intake.caller("intake-lead") as lead:
        assert (await lead.get(f"/v1/contacts/{orphan}")).json()["letter"]["campaign"] == "OTM-26-0042"
        assert (await lead.get(f"/v1/letters/{THEIRS}")).json()["earlier_contacts"] == 4, "each of them once"
        made = await protect(intake, "restrictions", {"whom": BY_VRN, "reason": "legal-claim"})
        assert made.json() == {"matched": True}
        assert (await lead.get(f"/v1/contacts/{both}")).status_code == 403
        shown = (await lead.get(f"/v1/letters/{THEIRS}")).json()
        assert (shown["earlier_contacts"], shown["support_offered"]) == (3, [])
    await protect(intake, "restrictions/lift", {"whom": BY_VRN, "reason": "settled"})
    erased = await protect(intake, "erasures", {"whom": BY_VRN, "ground": "objection"})
    assert erased.json()["erased"]["contacts"] == 1
    assert [await contacts_of(intake, whom) for whom in (BY_VRN, BY_UTR)] == [0, 3]


async def test_a_restriction_that_finds_nothing_says_so(intake: Inside) -> None:
    whom = {"letter_reference": letter_reference(77, b"k")}
    assert (await protect(intake, "restrictions", {"whom": whom, "reason": "legal-claim"})).json() == {"matched": False}


async def test_a_contact_moved_to_another_customer_leaves_its_past_with_the_first(
    intake: Inside, corner: Corner, send_contact: SendContact
) -> None:
    """A contact was recorded about the wrong customer: with a complaint, and with what was volunteered."""
    await customer_in_touch(intake, corner, send_contact)
    volunteered = {"kind": "disclosure", "description": "A second flat"}
    theirs = report(letter_reference=THEIRS, note="Of the first", reason="complaint", volunteered=volunteered)
    contact = (await send_contact(intake, theirs)).json()
    await issue(intake, UNKNOWN)
    async with intake.caller("intake-lead") as lead:
        path = f"/v1/contacts/{contact['contact']}"
        right = {"report": report(letter_reference=UNKNOWN, note="Of the second"), "why": "wrong-letter"}
        assert (await lead.post(f"{path}/corrections", json=right)).is_success
        second = (await protect(intake, "exports", {"letter_reference": UNKNOWN})).json()["holdings"]
        assert "Of the first" not in str(second)
        assert [len(second[name]) for name in ("contacts", "disclosures", "referrals")] == [1, 1, 1]
        assert [second[name][0]["letter"] for name in ("disclosures", "referrals")] == [UNKNOWN] * 2
        first = (await protect(intake, "exports", BY_UTR)).json()["holdings"]
        assert "Of the first" in str(first["contact_history"])
        assert contact["disclosure"] not in str(first["disclosures"])
        assert (await lead.get(f"{path}/history")).status_code == 200
        await protect(intake, "restrictions", {"whom": BY_UTR, "reason": "legal-claim"})
        assert [(await lead.get(each)).status_code for each in (path, f"{path}/history")] == [200, 403]
    await protect(intake, "restrictions/lift", {"whom": BY_UTR, "reason": "settled"})
    await protect(intake, "erasures", {"whom": BY_UTR, "ground": "objection"})
    kept = [row["contact"] async for row in intake.service.store["contact_history"].find()]
    assert contact["contact"] not in kept


async def test_an_erased_contact_is_neither_brought_back_nor_voided(
    intake: Inside, corner: Corner, send_contact: SendContact
) -> None:
    contact = (await customer_in_touch(intake, corner, send_contact))["contact"]
    await protect(intake, "erasures", {"whom": BY_UTR, "ground": "objection"})
    async with intake.caller("intake-lead") as lead:
        before = (await lead.get("/v1/campaigns/OTM-26-0042/contacts")).json()["contacts"]
        back = {"report": report(letter_reference=THEIRS, note="Back again"), "why": "wrong-note"}
        assert (await lead.post(f"/v1/contacts/{contact}/corrections", json=back)).status_code == 409
        assert (await lead.post(f"/v1/contacts/{contact}/void", json={"why": "recorded-twice"})).status_code == 409
        assert (await lead.get("/v1/campaigns/OTM-26-0042/contacts")).json()["contacts"] == before
        assert (await lead.get(f"/v1/contacts/{contact}")).json()["report"]["note"] is None
