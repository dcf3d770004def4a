"""Notes of teams: encrypted, given to the customer who asks, and none on what is finished."""

import asyncio

import pytest

from services.intake.work.repository import MongoNotes
from services.intake.work_list import MOST_NOTES, Note
from shared.errors import Conflict, NotFound
from shared.identifiers import derived_id, new_id
from tests.intake.given.letters import CALLED
from tests.intake.given.subjects import BY_UTR, customer_in_touch, protect, stored
from tests.support.inside import Corner, Inside

SAID = "Rang twice, the line was engaged"


def note(number: int) -> Note:
    return Note(id=derived_id("note", str(number)), by="disclosure-officer", at=CALLED, note=f"{SAID} ({number})")


async def kept(intake: Inside, disclosure: str) -> list[str]:
    async with intake.caller("intake-lead") as lead:
        return [each["note"] for each in (await lead.get(f"/v1/disclosures/{disclosure}")).json()["notes"]]


async def test_a_note_is_encrypted_and_given_to_the_customer_who_asks(intake: Inside, corner: Corner) -> None:
    disclosure = (await customer_in_touch(intake, corner))["disclosure"]
    await intake.part(MongoNotes).add("disclosures", disclosure, note(1))
    assert SAID not in await stored(intake)
    export = await protect(intake, "exports", BY_UTR)
    assert SAID in export.text


async def test_notes_at_the_same_moment_are_all_kept_and_the_same_one_once(intake: Inside, corner: Corner) -> None:
    disclosure = (await customer_in_touch(intake, corner))["disclosure"]
    notes = intake.part(MongoNotes)
    await asyncio.gather(*(notes.add("disclosures", disclosure, note(n)) for n in (1, 2, 1)))
    assert sorted(await kept(intake, disclosure)) == [note(1).note, note(2).note]


async def test_nothing_is_added_to_what_is_finished_full_or_not_there(intake: Inside, corner: Corner) -> None:
    disclosure = (await customer_in_touch(intake, corner))["disclosure"]
    notes = intake.part(MongoNotes)
    for number in range(MOST_NOTES):
        await notes.add("disclosures", disclosure, note(number))
    with pytest.raises(Conflict):
        await notes.add("disclosures", disclosure, note(MOST_NOTES))
    async with intake.caller("intake-lead") as lead:
        for step in ("acknowledge", "resolve"):
            assert (await lead.post(f"/v1/disclosures/{disclosure}/{step}")).status_code == 200
    await notes.add("disclosures", disclosure, note(0))
    with pytest.raises(Conflict):
        await notes.add("disclosures", disclosure, note(99))
    with pytest.raises(NotFound):
        await notes.add("referrals", new_id(), note(1))
    assert len(await kept(intake, disclosure)) == MOST_NOTES
