"""Contacts of a stream are kept in blocks: to whoever asks as if each stood alone, which it does once it changes."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from services.intake.contacts.block import LINES_PER_BLOCK, block_of
from services.intake.contacts.ports import Announce, StoredContact
from services.intake.contacts.recogniser import RecognisedContact
from services.intake.contacts.repository.contacts import MongoContacts
from services.intake.contacts.repository.rows import ContactRows
from shared.clock import SystemClock
from shared.protection import Cipher, load_keyring
from shared.storage.reencryption import EncryptedField, ReEncryption
from tests.intake.given.letters import ENGLISH, LATER, OTHER_ARM, contacts_kept, kept, report
from tests.support.clocks import StoppedClock
from tests.support.inside import Corner, Inside

WHY = {"why": "wrong-reason"}
OTHER = report(reason="other", note="Not as it was")


def of_a_block(size: int = LINES_PER_BLOCK) -> list[dict[str, Any]]:
    """Reports about three letters in turn, each with words of its own, from two time zones."""
    letters, instants = (ENGLISH, OTHER_ARM, LATER), ("2026-09-10T10:20:00Z", "2026-09-10T11:20:00.123456+01:00")
    return [report(letter_reference=letters[n % 3], received_at=instants[n % 2], note=f"Call {n}") for n in range(size)]


async def stream(client: httpx.AsyncClient, reports: Sequence[object], key: str | None = None) -> list[str]:
    lines = b"\n".join(json.dumps(each).encode() for each in reports)
    answer = await client.post("/v1/contacts/batch", content=lines, headers={"Idempotency-Key": key} if key else {})
    return [json.loads(line)["contact"] for line in answer.text.splitlines()]


async def documents(intake: Inside) -> list[int]:
    """Counts the contacts in each document, none in a block that was taken apart."""
    found = [row async for row in intake.service.store["contacts"].find()]
    return sorted(row.get("block", 1) for row in found)


async def test_contacts_of_a_stream_share_documents_and_read_as_if_they_did_not(intake: Inside) -> None:
    reports = of_a_block(2 * LINES_PER_BLOCK + 3)
    async with intake.caller("intake-lead") as lead:
        contacts = await stream(lead, reports)
        assert await documents(intake) == [3, LINES_PER_BLOCK, LINES_PER_BLOCK]
        for number in (0, LINES_PER_BLOCK - 1, LINES_PER_BLOCK, len(reports) - 1):
            read = (await lead.get(f"/v1/contacts/{contacts[number]}")).json()
            assert (read["id"], read["report"]["note"]) == (contacts[number], f"Call {number}")
            assert read["letter"]["reference"] == read["reference"] == reports[number]["letter_reference"]
        shown = (await lead.get(f"/v1/letters/{LATER}")).json()
        assert shown["earlier_contacts"] == sum(each["letter_reference"] == LATER for each in reports)
        for missing in (block_of(contacts[0]), contacts[0][:-2] + "ff"):
            assert (await lead.get(f"/v1/contacts/{missing}")).status_code == 404


async def test_a_change_of_a_contact_takes_its_block_apart_and_changes_no_other(intake: Inside) -> None:
    reports = of_a_block()
    async with intake.caller("intake-lead") as lead:
        contacts = await stream(lead, reports, "friday")
        correct, void = (f"/v1/contacts/{contacts[4]}/corrections", f"/v1/contacts/{contacts[5]}/void")
        before = [(await lead.get(f"/v1/contacts/{contact}")).json() for contact in contacts]
        changed = await asyncio.gather(lead.post(correct, json={"report": OTHER, **WHY}), lead.post(void, json=WHY))
        assert [answer.status_code for answer in changed] == [200, 200]
        assert await documents(intake) == [0, *[1] * LINES_PER_BLOCK]
        after = [(await lead.get(f"/v1/contacts/{contact}")).json() for contact in contacts]
        assert [number for number, each in enumerate(after) if each != before[number]] == [4, 5]
        assert (after[4]["report"]["note"], after[4]["version"], after[5]["void"]) == ("Not as it was", 2, True)
        assert (await lead.get(f"/v1/contacts/{contacts[4]}/history")).json()[0]["contact"] == before[4]
        assert await stream(lead, reports, "friday") == contacts, "what is kept is known in its new place"
        assert (
            sum((await lead.get("/v1/campaigns/OTM-26-0042/contacts")).json()["contacts"].values())
            == LINES_PER_BLOCK - 1
        )
    assert await contacts_kept(intake) == LINES_PER_BLOCK


async def test_lines_that_were_put_right_join_those_that_were_kept(intake: Inside) -> None:
    """Several callers send the rest at the same moment."""
    reports = of_a_block()
    async with intake.caller("helpline") as helpline:
        some = await stream(helpline, reports[:4], "friday")
        every = await asyncio.gather(*(stream(helpline, reports, "friday") for _ in range(3)))
    assert every[0][:4] == some
    assert every[1:] == every[:1] * 2
    assert (await kept(intake))[0] == len(set(every[0])) == LINES_PER_BLOCK
    assert await documents(intake) == [*[1] * (LINES_PER_BLOCK - 4), 4]


async def test_a_repeat_knows_what_outlived_its_block(intake: Inside) -> None:
    """Restricted contacts do, and contacts that were corrected later."""
    reports, contacts = of_a_block(), intake.service.store["contacts"]
    async with intake.caller("helpline") as helpline:
        sent = await stream(helpline, reports, "friday")
        await intake.part(MongoContacts).take_apart(sent[:1])
        await contacts.delete_many({"_id": {"$nin": sent[3:5]}})
        assert await stream(helpline, reports, "friday") == sent
        assert await documents(intake) == [1, 1, LINES_PER_BLOCK - 2]
        assert (await helpline.post(f"/v1/contacts/{sent[0]}/void", json=WHY)).is_success
    assert await documents(intake) == [0, *[1] * LINES_PER_BLOCK]


async def test_the_same_stream_from_several_at_once_is_kept_once(intake: Inside) -> None:
    reports = of_a_block(3 * LINES_PER_BLOCK)
    async with intake.caller("helpline") as helpline:
        every = await asyncio.gather(*(stream(helpline, reports, "friday") for _ in range(4)))
    assert every[1:] == every[:1] * 3
    assert await documents(intake) == [LINES_PER_BLOCK] * 3


async def test_a_block_that_cannot_be_kept_spoils_no_other(intake: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    contacts = intake.part(MongoContacts)
    add = contacts.add

    async def fails(taken: Sequence[RecognisedContact], together: bool, announce: Announce) -> Sequence[StoredContact]:
        if any(each.contact.report.note == f"Call {LINES_PER_BLOCK + 1}" for each in taken):
            raise OSError
        return await add(taken, together, announce)

    monkeypatch.setattr(contacts, "add", fails)
    lines = b"\n".join(json.dumps(each).encode() for each in of_a_block(3 * LINES_PER_BLOCK))
    async with intake.caller("helpline") as helpline:
        answer = await helpline.post("/v1/contacts/batch", content=lines)
    statuses = [json.loads(line)["status"] for line in answer.text.splitlines()]
    assert statuses == [201] * LINES_PER_BLOCK + [503] * LINES_PER_BLOCK + [201] * LINES_PER_BLOCK
    assert await documents(intake) == [LINES_PER_BLOCK] * 2


@pytest.mark.parametrize("apart", [False, True])
async def test_a_block_is_brought_under_a_new_key_as_one_value(intake: Inside, corner: Corner, apart: bool) -> None:
    async with intake.caller("helpline") as helpline:
        contacts = await stream(helpline, of_a_block())
    store, keyring = intake.service.store, load_keyring(corner.home.keyring)
    if apart:
        await intake.part(MongoContacts).take_apart(contacts[:1])
    newer = Cipher(type(keyring)("new", {**keyring.keys, "new": b"n" * 32}, keyring.index, keyring.references))
    clock = StoppedClock(SystemClock().now())
    work = ReEncryption(store, newer, clock, [EncryptedField("contacts", "personal")])
    while await work.step():
        clock.move(seconds=10)
    assert [await work.under(key) for key in ("new", keyring.current)] == [1 + apart * LINES_PER_BLOCK, 0]
    rows = ContactRows(newer)
    found = rows.opened([row async for row in store["contacts"].find()])
    assert {rows.said(row)["note"] for row in found} == {f"Call {number}" for number in range(LINES_PER_BLOCK)}
