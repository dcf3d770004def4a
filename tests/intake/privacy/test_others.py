"""Contacts of one person about another's letter."""

from tests.intake.given.letters import SendContact, report
from tests.intake.given.subjects import BY_UTR, THEIRS, customer_in_touch, protect
from tests.support.inside import Corner, Inside

DAUGHTER = {"kind": "vrn", "reference": "980780684"}


async def test_an_export_does_not_name_another_person_who_called_about_the_letter(
    intake: Inside, corner: Corner, send_contact: SendContact
) -> None:
    await customer_in_touch(intake, corner, send_contact)
    said = {"caller_name": "Olwen Quillfeather", "caller_phone": "01632 960999", "note": "Rings for her father"}
    body = report(letter_reference=THEIRS, customer_reference=DAUGHTER, **said)
    contact = (await send_contact(intake, body)).json()["contact"]
    async with intake.caller("helpline") as helpline:
        correction = {"report": body | {"note": "Rings for him"}, "why": "wrong-note"}
        assert (await helpline.post(f"/v1/contacts/{contact}/corrections", json=correction)).is_success
    fathers = await protect(intake, "exports", BY_UTR)
    hers = await protect(intake, "exports", {"customer_reference": DAUGHTER})
    hidden = ("Quillfeather", "960999", "980780684")
    assert [word for word in hidden if word in fathers.text] == []
    assert "Rings for him" in fathers.text
    assert "Rings for her father" in fathers.text, "as it was before it was corrected"
    assert "another person, who called about this letter" in fathers.text
    assert [word for word in hidden if word not in hers.text] == []
