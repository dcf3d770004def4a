"""Encrypted values cannot be guessed by a digest that stands beside them."""

import hashlib
import json

from pydantic import BaseModel

from services.intake.contacts.api.contacts import Correction
from services.intake.contacts.contact import ContactReport
from services.intake.outcomes.outcome import OutcomeReport
from tests.intake.given.disclosures import PDF, volunteer
from tests.intake.given.letters import report, send
from tests.intake.given.outcomes import outcome, post
from tests.intake.given.subjects import stored
from tests.support.inside import Inside


async def test_no_digest_in_the_store_is_one_that_anybody_could_make(intake: Inside) -> None:
    """Guesses of an amount, or of a note, find nothing that confirms them."""
    said = report(note="Rents out a second flat")
    contact = (await send(intake, said, "monday")).json()["contact"]
    correction = {"report": report(note="Rents out a third flat"), "why": "wrong-button"}
    await send(intake, correction, "tuesday", f"/v1/contacts/{contact}/corrections")
    await send(intake, said, "wednesday", "/v1/letter-issuer/contacts")
    body = json.dumps(outcome()).encode()
    for path in ("", "/file"):
        await post(intake, body, path)
    guesses: list[BaseModel] = [
        ContactReport.model_validate(said), Correction.model_validate(correction),
        OutcomeReport.model_validate(outcome()),
    ]  # fmt: skip
    store = intake.service.store
    names = ("contacts", "contact_history", "outcomes")
    rows = [row for name in names for row in await store[name].find().to_list(10)]
    assert [await store[name].count_documents({}) for name in names] == [2, 1, 2]
    assert all(len(row["digest"]) == 64 for row in rows)
    for guess in guesses:
        assert hashlib.sha256(guess.model_dump_json().encode()).hexdigest() not in str(rows)


async def test_the_digest_of_a_file_cannot_be_made_by_anybody_else(intake: Inside) -> None:
    """A form that is printed by the thousand is known by its plain digest, whoever has filled in nothing."""
    path = f"/v1/disclosures/{(await volunteer(intake))['disclosure']}/attachments"
    async with intake.caller("helpline") as helpline:
        told = (await helpline.post(path, content=PDF)).json()
    (row,) = await intake.service.store["attachments"].find().to_list(2)
    assert len(row["digest"]) == 64
    assert row["digest"] not in told.values()
    for kind in ("md5", "sha1", "sha256", "blake2b"):
        assert hashlib.new(kind, PDF).hexdigest() not in await stored(intake)
