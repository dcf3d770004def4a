"""Questions that a service asks before it is ready: few, and answered by an index, however large collections are."""

from pathlib import Path

import pytest

from shared.storage.migrations.structure import RECORDS
from tests.support.apps import SERVICES
from tests.support.index_use import uses
from tests.support.inside import Corner
from tests.support.questions import Questions

BEFORE_READY = 6
"""Commands beside one for each collection that has indexes, to see that they are there."""


@pytest.mark.parametrize("name", SERVICES)
async def test_before_it_is_ready_a_service_reads_nothing_that_grows(
    name: str, tmp_path: Path, mongo_url: str, database: str, questions: Questions
) -> None:
    service = SERVICES[name](Corner.made(tmp_path, mongo_url, database), tmp_path)
    store = service.store
    await store.migrator.run()
    with questions.listening() as work:
        await store.verify()
        await store.ping()
        await store.outbox.flowing()
    collections = await store.database.list_collection_names()
    assert work.commands <= len(collections) + BEFORE_READY
    for question in questions.asked.values():
        if question.collection != RECORDS:  # which has a row for each index
            keys = (await store.database[question.collection].index_information()).values()
            ways = uses(question.query, question.sort, [index["key"] for index in keys])
            assert any(use.fields for use in ways), f"no index answers {question.shape}"
    store.close()
