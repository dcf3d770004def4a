"""Names that a customer had under earlier index keys: in the audit trail, and in restrictions that are lifted."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from deploy.local.stack.keyring import add_index_key
from services.intake.privacy.earlier_names import EarlierNames
from services.intake.privacy.subject import Subject
from services.intake.schema import SCHEMA
from shared.contracts import CommunicationsIssued
from shared.customers.generations import apart, lifted
from shared.customers.letter_reference import letter_reference
from shared.customers.reference import CustomerReference, ReferenceKind
from shared.customers.token import customer_token, customer_tokens, tokens_given
from shared.protection import Keyring, load_keyring
from shared.storage.audit.trail import MongoAuditTrail
from shared.storage.store import Store
from tests.intake.given.letters import report, send
from tests.intake.given.subjects import protect
from tests.journeys.rotated import Ground, customer, whom
from tests.support.clocks import NOON
from tests.support.inside import Corner
from tests.support.samples import sample

ONE = Keyring("k", {"k": b"k" * 32}, b"i" * 32, b"r" * 32)
TWO = replace(ONE, later=(b"j" * 32,))
THREE = replace(ONE, later=(b"j" * 32, b"l" * 32))
SOMEBODY = CustomerReference(kind=ReferenceKind.UTR, reference="1955839661")
LETTER = letter_reference(601, b"k")


async def test_who_read_a_contact_without_a_letter_is_told_by_a_letter_of_a_later_campaign(
    tmp_path: Path, mongo_url: str, database: str
) -> None:
    corner = Corner.made(tmp_path, mongo_url, database)
    corner.move_clock(NOON)
    ground, caller = Ground(corner, tmp_path), 7
    async with ground.both() as both:
        body = report(letter_reference=None, reason="other", **whom(caller), received_at=NOON.isoformat())
        contact = (await send(both.intake, body)).json()["contact"]
        async with both.intake.caller("helpline") as handler:
            assert (await handler.get(f"/v1/contacts/{contact}")).is_success
        before = (await protect(both.intake, "exports", whom(caller))).json()["seen_by"]
        assert "contact.read" in {each["what"] for each in before}
    add_index_key(corner.home)
    async with ground.both() as both:
        digits, generation = apart(customer_token(load_keyring(corner.home.keyring), customer(caller)))
        letter = {"reference": LETTER, "arm": "plain", "language": "en", "customer": digits}
        await both.hear(sample(CommunicationsIssued, communications=[letter], generation=generation))
        found = (await protect(both.intake, "exports", {"letter_reference": LETTER})).json()
        assert [each["id"] for each in found["holdings"]["contacts"]] == [contact]
        assert [each for each in before if each not in found["seen_by"]] == []


async def test_of_a_name_that_stands_beside_a_letter_those_between_it_and_the_newest_are_made(
    mongo_url: str, database: str
) -> None:
    store = Store.of(mongo_url, SCHEMA, database, keyring=THREE)
    await store.migrator.run()
    trail = MongoAuditTrail(store)
    third, second, first = customer_tokens(THREE, SOMEBODY)
    await trail.append(NOON, "helpline", "letter.seen", {"about": [first, "of-somebody-else", LETTER]})
    await trail.append(NOON, "helpline", "contact.seen", {"about": [second]})  # it was deleted since
    earlier = EarlierNames(trail, partial(tokens_given, THREE), partial(lifted, THREE), THREE.generation)
    names = await earlier.of(Subject(customer=third, letters=(LETTER,)), {})
    assert names == sorted([first, second])
    assert [each["what"] for each in await trail.seen_by([third, LETTER, *names])] == ["letter.seen", "contact.seen"]
    store.close()


async def test_of_restrictions_of_a_customer_under_several_keys_one_comes_under_the_newest(
    mongo_url: str, database: str
) -> None:
    store = Store.of(mongo_url, SCHEMA, database, keyring=THREE)
    tokens = [customer_token(each, SOMEBODY) for each in (ONE, TWO)]
    await store["restrictions"].insert_many([{"_id": name, "reason": "claim"} for name in (*tokens, LETTER)])
    await store.migrator.run()
    kept = {row["_id"] async for row in store["restrictions"].find()}
    assert kept == {customer_token(THREE, SOMEBODY), LETTER}
    store.close()
