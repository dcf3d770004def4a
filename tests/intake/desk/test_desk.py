"""The desk: a call from the reference to the next call, without scripts."""

import asyncio
from datetime import timedelta

import pytest

from services.intake.contacts.repository.contacts import MongoContacts
from shared.contracts import CampaignPaused, CampaignResumed
from tests.intake.given.calls import TYPED, call, handler
from tests.intake.given.letters import CALLED, ENGLISH, LATER, UNKNOWN, WELSH, contacts_kept, handlers
from tests.planner.given.hearing import heard
from tests.support.browsing import Page
from tests.support.inside import Inside
from tests.support.samples import sample


def saved_contact(page: Page) -> str:
    return page.path.partition("saved=")[2]


async def test_a_call_is_opened_answered_and_saved_and_the_next_one_begins(intake: Inside) -> None:
    async with handler(intake) as (browser, desk):
        assert "letter_reference" in desk.ids
        page = await call(browser, desk, ENGLISH.lower().replace("-", " "))
        assert page.path == f"/desk/letters/{ENGLISH}"
        assert page.words.index("Lines to take") < page.words.index("Why did they call?")
        after = await browser.send(page, "/desk/contacts", **TYPED)
        assert after.path.startswith("/desk?saved=")
        assert "Saved" in after.words
        assert "letter_reference" in after.ids
        contact = await intake.part(MongoContacts).get(saved_contact(after))
    assert (contact.reference, contact.report.reason, contact.report.outcome) == (ENGLISH, "help-to-act", "answered")
    assert (contact.recorded_by, contact.team) == ("call-handler", "customer-services")


async def test_new_information_becomes_a_disclosure_that_the_customer_can_quote(intake: Inside) -> None:
    async with handler(intake) as (browser, desk):
        page = await call(browser, desk, ENGLISH)
        told = TYPED | {"kind": "disclosure", "description": "Rent of 400 a month since May"}
        after = await browser.send(page, "/desk/contacts", **told)
    assert "Tell them to quote V-" in after.words
    assert "Rent" not in after.answer.text
    assert await intake.service.store["disclosures"].count_documents({}) == 1


async def test_a_button_that_is_pressed_twice_saves_once(intake: Inside) -> None:
    async with handler(intake) as (browser, desk):
        page = await call(browser, desk, ENGLISH)
        both = await asyncio.gather(*(browser.send(page, "/desk/contacts", **TYPED) for _ in range(2)))
    assert saved_contact(both[0]) == saved_contact(both[1])
    assert await contacts_kept(intake) == 1


async def test_a_call_that_was_saved_and_changed_with_the_back_button_asks_before_it_is_a_further_one(
    intake: Inside,
) -> None:
    async with handler(intake) as (browser, desk):
        page = await call(browser, desk, ENGLISH)
        await browser.send(page, "/desk/contacts", **TYPED)
        again = await browser.send(page, "/desk/contacts", **(TYPED | {"reason": "complaint"}))
        assert again.status == 409
        assert "You saved this call already" in again.words
        assert dict(again.form("/desk/contacts").fields)["reason"] == "complaint"
        assert await contacts_kept(intake) == 1
        await browser.send(again, "/desk/contacts")
    assert await contacts_kept(intake) == 2


async def test_an_undone_call_counts_for_nothing_and_can_be_saved_again_as_it_was_typed(intake: Inside) -> None:
    async with handler(intake) as (browser, desk):
        page = await call(browser, desk, ENGLISH)
        told = TYPED | {"kind": "extra-facts", "description": "Two jobs", "note": "Rang from abroad"}
        after = await browser.send(page, "/desk/contacts", **told)
        again = await browser.send(after, "/desk/contacts/")
        assert (await intake.part(MongoContacts).get(saved_contact(after))).void
        assert again.path == f"/desk/letters/{ENGLISH}"
        assert "Nothing of it is saved yet" in again.words
        fields = dict(again.form("/desk/contacts").fields)
        assert {name: fields[name] for name in (*TYPED, "note")} == TYPED | {"note": told["note"]}
        assert "The new information stays under V-" in again.words
        renewed = await browser.send(again, "/desk/contacts")
    assert saved_contact(renewed) not in ("", saved_contact(after))
    assert await intake.service.store["disclosures"].count_documents({}) == 1


@pytest.mark.parametrize("reference", [UNKNOWN, "John Smith", "7KM2X-Q4R9F", ""])
async def test_a_letter_that_nobody_knows_blocks_no_call_and_never_stands_in_an_address(
    intake: Inside, reference: str
) -> None:
    async with handler(intake) as (browser, desk):
        page = await call(browser, desk, reference)
        assert page.status == 200
        assert page.path in ("/desk/unknown", f"/desk/letters/{UNKNOWN}")
        assert dict(page.form("/desk/contacts").fields)["letter_reference"] == reference
        after = await browser.send(page, "/desk/contacts", **TYPED)
        contact = await intake.part(MongoContacts).get(saved_contact(after))
    assert contact.letter is None
    assert contact.report.letter_reference == (reference or None)


async def test_a_reference_that_was_misheard_leads_to_those_that_were_meant(intake: Inside) -> None:
    async with handler(intake) as (browser, desk):
        page = await call(browser, desk, ENGLISH.replace("Q", "O"))
        assert ENGLISH in [value for _, value in page.form("/desk/letter").buttons]
        meant = await browser.send(page, "/desk/letter", letter_reference=ENGLISH)
    assert meant.path == f"/desk/letters/{ENGLISH}"


async def test_what_is_missing_is_named_with_its_field_and_nothing_typed_is_lost(intake: Inside) -> None:
    async with handler(intake) as (browser, desk):
        page = await call(browser, desk, ENGLISH)
        typed = {"reason": "why-me", "description": "A <b>shed</b> & more", "note": "x" * 4_001}
        wrong = await browser.send(page, "/desk/contacts", **typed)
    assert wrong.status == 422
    assert wrong.answer.text.count("There is a problem") == 1
    for field in ("outcome", "note"):
        assert f"#{field}" in wrong.links
        assert field in wrong.ids
    kept = dict(wrong.form("/desk/contacts").fields)
    assert {name: kept[name] for name in typed} == typed
    assert "<b>" not in wrong.answer.text
    assert await contacts_kept(intake) == 0


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": "disclosure"}, "description"),
        ({"description": "Rent"}, "kind"),
        ({"reason": "boredom"}, "reason"),
        ({"outcome": ""}, "outcome"),
        ({"kind": "gossip", "description": "Rent"}, "kind"),
    ],
)
async def test_half_of_something_is_not_saved(intake: Inside, typed: dict[str, str], field: str) -> None:
    async with handler(intake) as (browser, desk):
        page = await call(browser, desk, ENGLISH)
        wrong = await browser.send(page, "/desk/contacts", **(TYPED | typed))
    assert wrong.status == 422
    assert f"#{field}" in wrong.links
    assert field in wrong.ids


async def test_the_desk_is_in_welsh_for_who_wants_it_and_a_welsh_letter_is_answered_in_welsh(intake: Inside) -> None:
    async with handler(intake) as (browser, desk):
        welsh = await browser.send(desk, "/session/language")
        assert 'lang="cy"' in welsh.answer.text
        assert welsh.heading == "Cyfeirnod y llythyr"
        page = await call(browser, welsh, ENGLISH)
        assert "Pam y gwnaethant ffonio?" in page.words
        wrong = await browser.send(page, "/desk/contacts")
        assert "Dewiswch pam y gwnaethant ffonio" in wrong.words
        english = await browser.send(page, "/session/language")
        assert "Why did they call?" in english.words
        letter = await call(browser, await browser.get("/desk"), WELSH)
    assert 'class="site-words" lang="cy"' in letter.answer.text


async def test_who_looked_at_a_letter_stands_in_the_trail(intake: Inside) -> None:
    async with handler(intake) as (browser, desk):
        await call(browser, desk, LATER)
    rows = [row async for row in intake.service.store["audit_written"].find({})]
    assert [(row["who"], row["what"]) for row in rows if row["what"] == "letter.looked-up"] == [
        ("call-handler", "letter.looked-up")
    ]


async def test_the_strip_says_that_letters_are_paused_until_they_go_on(intake: Inside) -> None:
    hear = handlers(intake)
    paused = sample(CampaignPaused, version=9, decided_at=(CALLED - timedelta(minutes=18)).isoformat())
    await hear.note_pause(heard(paused))
    async with handler(intake) as (browser, desk):
        assert "letters paused at 12:42" in desk.words
        page = await call(browser, desk, ENGLISH)
        assert "letters paused at 12:42" in page.words
        await hear.note_no_pause(heard(sample(CampaignResumed, version=10)))
        await hear.note_pause(heard(paused))
        assert "paused" not in (await browser.get("/desk")).words


async def test_only_who_may_record_contacts_is_let_to_the_desk(intake: Inside) -> None:
    async with handler(intake, "approver") as (browser, _):
        for path in ("/desk", "/desk/unknown", f"/desk/letters/{ENGLISH}"):
            assert (await browser.get(path)).status == 403
