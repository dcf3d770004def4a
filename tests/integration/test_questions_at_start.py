"""Questions that a service asks before it is ready, and with the first step of each job, are answered by an index."""

from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from shared.errors import Unavailable
from tests.support.apps import SERVICES
from tests.support.first_questions import FirstQuestions
from tests.support.inside import Corner

SMALL = frozenset({
    "migrations", "audit_growing",  # a row for each index, and for each process of the last hour
    "campaigns", "standings", "watched", "loading",  # for each campaign, and for each load that is under way
    "restrictions",  # for each customer who asked for it
})  # fmt: skip
"""Collections that may be read whole."""
BEFORE_READY = 6
"""Commands beside the look at the indexes of each collection."""


@pytest.mark.parametrize("name", SERVICES)
async def test_no_question_at_the_start_reads_what_has_grown(
    name: str, tmp_path: Path, mongo_url: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = FirstQuestions(SMALL)
    client = partial(AsyncIOMotorClient, event_listeners=[questions])
    monkeypatch.setattr("shared.storage.store.AsyncIOMotorClient", client)
    service = SERVICES[name](Corner.made(tmp_path, mongo_url, database), tmp_path)
    await service.store.migrator.run()
    questions.asked.clear()
    await service.store.verify()
    for check in (service.store.ping, service.store.outbox.flowing):
        await check()
    assert sum(command != "listIndexes" for command, _ in questions.asked) <= BEFORE_READY
    for job in service.jobs:
        with suppress(Unavailable):  # of the broker, which is not there
            await job.step()
    assert await questions.without_index(service.store) == set()
    service.store.close()
