"""Finding a letter whose reference the caller does not have: by their own reference, or by what it says."""

import pytest

from services.intake.contacts.repository.contacts import MongoContacts
from services.intake.desk.search import read_search
from shared.contracts import CommunicationsIssued
from shared.customers.letter_reference import letter_reference
from shared.protection import blind_index, load_keyring
from tests.intake.given.calls import TYPED, call, handler
from tests.intake.given.letters import handlers
from tests.planner.given.hearing import heard
from tests.support.inside import Inside
from tests.support.samples import sample

UTR, SPELT, NINO = "1955839661", "19558 39661K", "AB123456C"
THEIRS = letter_reference(77, b"k")


@pytest.fixture
async def written_to(intake: Inside) -> Inside:
    """Intake that has heard of a letter to the customer of `UTR`."""
    token = blind_index(load_keyring(intake._home.keyring), "customer", UTR)
    letter = {"reference": THEIRS, "arm": "plain", "language": "en", "customer": token}
    issued = sample(CommunicationsIssued, campaign="OTM-26-0042", chunk=9, communications=[letter])
    await handlers(intake).register_letters(heard(issued))
    return intake


async def test_a_letter_is_found_by_the_customers_own_reference_which_is_in_no_address(written_to: Inside) -> None:
    async with handler(written_to) as (browser, desk):
        page = await call(browser, desk, "")
        found = await browser.send(page, "/desk/search", customer_kind="utr", customer_reference=SPELT)
        assert found.path == "/desk/unknown"
        assert THEIRS in [value for _, value in found.form("/desk/letter").buttons]
        letter = await browser.send(found, "/desk/letter", letter_reference=THEIRS)
        assert letter.path == f"/desk/letters/{THEIRS}"
        assert UTR not in (await browser.get("/desk/unknown")).answer.text
    seen = [row async for row in written_to.service.store["audit_written"].find({"what": "customer.looked-up"})]
    assert [(row["who"], THEIRS in row["details"]["about"]) for row in seen] == [("call-handler", True)]


async def test_a_call_of_a_customer_without_a_letter_is_kept_under_their_reference(written_to: Inside) -> None:
    async with handler(written_to) as (browser, desk):
        page = await call(browser, desk, "a blue letter")
        none = await browser.send(page, "/desk/search", customer_kind="nino", customer_reference=NINO)
        assert "We know of no letter to this customer" in none.words
        saved = await browser.send(none, "/desk/contacts", **TYPED)
        contact = await written_to.part(MongoContacts).get(saved.path.partition("saved=")[2])
    assert contact.given is not None
    assert contact.report.letter_reference == "a blue letter"


async def test_what_the_letter_says_leads_to_its_campaign_and_what_to_say(written_to: Inside) -> None:
    async with handler(written_to) as (browser, desk):
        page = await call(browser, desk, "")
        found = await browser.send(page, "/desk/search", letter_says="something about letting property")
        assert "Letters that say such words are of:" in found.words
        none = await browser.send(found, "/desk/search", letter_says="qwertyuiop")
        assert "No letter says such words" in none.words


async def test_a_search_that_cannot_be_is_named_in_the_persons_language_and_stays(written_to: Inside) -> None:
    wrong = {"customer_kind": "utr", "customer_reference": "2955839661", "letter_says": "rent"}
    async with handler(written_to) as (browser, desk):
        page = await call(browser, await browser.send(desk, "/session/language"), "")
        again = await browser.send(page, "/desk/search", **wrong)
        assert again.status == 422
        assert "Gwiriwch yr UTR" in again.words
        assert "#customer_reference" in again.links
        fields = dict(again.form("/desk/search").fields)
        assert {name: fields[name] for name in wrong} == wrong


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({}, {"customer_reference"}),
        ({"customer_reference": UTR}, {"customer_kind"}),
        ({"customer_kind": "own", "customer_reference": "1"}, {"customer_kind"}),
        ({"customer_kind": "nino", "customer_reference": UTR}, {"customer_reference"}),
        ({"customer_kind": "vrn", "customer_reference": "9" * 5_000}, {"customer_reference"}),
        ({"letter_says": "x" * 501}, {"letter_says"}),
    ],
)
def test_half_a_search_is_named_with_its_field(typed: dict[str, str], fields: set[str]) -> None:
    found, problems = read_search(lambda name: typed.get(name, ""))
    assert found is None
    assert {problem.field for problem in problems} == fields
