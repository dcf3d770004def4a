"""Erasure by a process that was overlooked when the index key was rotated, while a block of rows is lifted."""

from dataclasses import replace

import pytest

from services.dispatcher.population.repository.blocks import BLANK, BLOCKS
from services.dispatcher.privacy.repository.privacy import MongoSubjects
from services.dispatcher.schema import SCHEMA
from services.dispatcher.suppression.repository.blocks import cut
from shared.customers.reference import CustomerReference, ReferenceKind
from shared.customers.token import customer_index
from shared.protection import load_keyring
from shared.storage.store import Document, Store
from tests.dispatcher.given.loading import put
from tests.dispatcher.given.people import file, row, utr
from tests.dispatcher.given.subjects import ask, whom
from tests.support.inside import Corner, Inside


async def test_the_others_of_the_block_are_found_by_the_newest_key(
    dispatcher: Inside, corner: Corner, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = range(1, 5)
    assert (await put(dispatcher, file([row(n) for n in numbers]))).is_success
    keyring = replace(load_keyring(corner.home.keyring), later=(b"j" * 32,))
    found, lifted = MongoSubjects._block, False

    async def lifted_since(self: MongoSubjects, load: str, number: int) -> Document:
        nonlocal lifted
        block = await found(self, load, number)
        if not lifted:
            lifted = True
            store = Store.of(corner.mongo_url, SCHEMA, corner.database, keyring=keyring)
            await store.migrator.run()
            store.close()
        return block

    monkeypatch.setattr(MongoSubjects, "_block", lifted_since)
    erased = await ask(dispatcher, "erase", {"whom": whom(2), "ground": "objection"})
    assert erased.json()["erased"] == {"population": 1}
    (block,) = [block async for block in dispatcher.service.store[BLOCKS].find()]
    known = [CustomerReference(kind=ReferenceKind.UTR, reference=utr(n)) for n in numbers]
    expected = [BLANK if n == 2 else customer_index(keyring, known[n - 1]) for n in numbers]
    assert (lifted, block["generation"], list(cut(block["customers"]))) == (True, 2, expected)
