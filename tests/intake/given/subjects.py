"""A customer of whom something is kept in every place, and the team that answers for it."""

from typing import Any

import httpx

from shared.contracts import CommunicationsIssued
from shared.customers.letter_reference import letter_reference
from shared.events import first_event
from shared.protection import blind_index, load_keyring
from tests.intake.given.letters import ENGLISH, SendContact, handlers, report, send
from tests.support.clocks import NOON
from tests.support.inside import Corner, Inside
from tests.support.samples import sample

UTR = "1955839661"
THEIRS, LATER = letter_reference(501, b"k"), letter_reference(502, b"k")
"""Two letters to the customer of `UTR`; `ENGLISH` is somebody else's."""
SECRETS = ("Gwenllian Ap Rhŷs", "01632 960123", "Let a flat in Aberŵyvern", "Rent of a second flat", "734567")
BY_UTR = {"customer_reference": {"kind": "utr", "reference": f"{UTR[:5]} {UTR[5:]}K"}}


async def customer_in_touch(intake: Inside, corner: Corner, send: SendContact = send) -> dict[str, Any]:
    """Twice, about two letters, once with a disclosure; one report was corrected, and the outcome is known."""
    token = blind_index(load_keyring(corner.home.keyring), "customer", UTR)
    letters = [{"reference": r, "arm": "plain", "language": "en", "customer": token} for r in (THEIRS, LATER)]
    issued = sample(CommunicationsIssued, chunk=9, communications=letters)
    await handlers(intake).register_letters(first_event(issued, "somebody", NOON))
    said = {"caller_name": SECRETS[0], "caller_phone": SECRETS[1], "note": SECRETS[2]}
    volunteered = {"kind": "disclosure", "description": SECRETS[3], "amount_pence": int(SECRETS[4])}
    body = report(letter_reference=THEIRS, reason="complaint", volunteered=volunteered, **said)
    first: dict[str, Any] = (await send(intake, body, "call-1")).json()
    second = (await send(intake, report(letter_reference=LATER, note="Rang again"))).json()
    await send(intake, report(note="somebody else's"))
    async with intake.caller("helpline") as helpline:
        corrected = {"report": report(letter_reference=LATER, note="Rang once more"), "why": "wrong-note"}
        assert (await helpline.post(f"/v1/contacts/{second['contact']}/corrections", json=corrected)).is_success
    async with intake.caller("analyst") as analyst:
        outcome = {"letter_reference": THEIRS, "outcome": "paid", "amount_pence": 10_000, "on": "2026-10-01"}
        assert (await analyst.post("/v1/outcomes", json=outcome)).is_success
    return first


async def protect(intake: Inside, path: str, body: object, subject: str = "data-protection") -> httpx.Response:
    async with intake.caller(subject) as caller:
        return await caller.post(f"/v1/privacy/{path}", json=body)


async def stored(intake: Inside) -> str:
    """Everything in the store, as text."""
    store = intake.service.store
    names = await store.database.list_collection_names()
    return "".join([str(document) for name in names async for document in store[name].find()])


__all__ = ["BY_UTR", "ENGLISH", "LATER", "SECRETS", "THEIRS", "UTR", "customer_in_touch", "protect", "stored"]
