"""Questions that a service asks its store: recorded while it works, then held against the indexes that there are.

The embedded store answers `explain` by another plan than it runs, and finds all that match before it takes the first
few. So it is reckoned how many documents MongoDB looks at, by what its indexes can answer.
"""

import copy
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from shared.storage.away import MotorClient
from shared.storage.store import Database, Document
from tests.support.index_use import Key, Use, uses

MORE_COMMANDS = 1.2
"""Times as many commands as before that may be said once collections have grown: batches fall as they may."""


@dataclass(frozen=True)
class Question:
    collection: str
    query: Document
    sort: tuple[Key, ...] = ()
    limit: int = 0

    @property
    def shape(self) -> str:
        """Collection, and fields and operators without their values: questions of one shape are one."""
        return f"{self.collection} {_shape(self.query)} {list(self.sort)} {self.limit > 0}"


@dataclass
class Work:
    """Commands that were said to the store, and the documents in the largest of its answers."""

    commands: int = 0
    largest: int = 0
    largest_of: str = ""

    def expect_like(self, before: "Work", grown_by: int) -> None:
        """Fails where more was said, or half of what came was read in one answer."""
        assert self.largest < before.largest + grown_by / 2, f"{self}, before {before}"
        assert self.commands < before.commands * MORE_COMMANDS + 10, f"{self}, before {before}"


class Questions(CommandListener):
    """Listener of the driver's, while it is `listening`: the questions of reads and writes, one of each shape. `whole`
    are the shapes of those that are to look at everything."""

    def __init__(self) -> None:
        self.whole: Collection[str] = ()
        self._asking: dict[int, tuple[int, str]] = {}
        """Documents so far, and the question, by request."""
        self._open: dict[int, tuple[int, str]] = {}
        """The same by cursor, of answers of which more is to come."""
        self._work: Work | None = None
        self.asked: dict[str, Question] = {}

    @contextmanager
    def listening(self) -> Iterator[Work]:
        self._work = Work()
        try:
            yield self._work
        finally:
            self._work = None

    def started(self, event: CommandStartedEvent) -> None:
        if self._work:
            if event.command_name == "getMore":
                self._asking[event.request_id] = self._open.pop(event.command["getMore"], (0, ""))
            else:
                self._work.commands += 1
            for question in _questions(event.command_name, event.command):
                self.asked.setdefault(question.shape, copy.deepcopy(question))
                self._asking[event.request_id] = 0, question.shape

    def succeeded(self, event: CommandSucceededEvent) -> None:
        before, shape = self._asking.pop(event.request_id, (0, ""))
        if self._work and (cursor := event.reply.get("cursor")):
            given = before + len(cursor.get("firstBatch", cursor.get("nextBatch", ())))
            if cursor["id"]:
                self._open[cursor["id"]] = given, shape
            if given > self._work.largest and shape not in self.whole:
                self._work.largest, self._work.largest_of = given, shape

    def failed(self, event: CommandFailedEvent) -> None: ...

    async def looked_through(self, database: Database, grown: Sequence[str], by: int) -> list[str]:
        """Returns the shapes of questions to one of the collections, each grown `by` so many documents, that look at
        half of what came, or more; with how many they look at, of how many."""
        found = []
        for collection in grown:
            of_it = await database[collection].index_information()
            indexes = [tuple(index["key"]) for index in of_it.values()]
            total = await database[collection].count_documents({})
            for question in self.asked.values():
                if question.collection == collection and question.shape not in self.whole:
                    ways = uses(question.query, question.sort, indexes)
                    looked_at = min([await _examined(database, question, use, total) for use in ways])
                    if looked_at > total - by / 2:
                        found.append(f"{question.shape}: {looked_at} of {total}")
        return found


def listened_to(monkeypatch: pytest.MonkeyPatch) -> Questions:
    """Returns what hears all questions of stores that are made from now on."""
    listener = Questions()
    client = partial(MotorClient, event_listeners=[listener])
    monkeypatch.setattr("shared.storage.store.MotorClient", client)
    return listener


async def _examined(database: Database, question: Question, use: Use, total: int) -> int:
    """Returns how many documents are looked at: all in the part of the index that is read, or, where it gives them in
    order, as many as have the first few that match among them."""
    collection = database[question.collection]
    part = {field: question.query[field] for field in use.fields}
    within = await collection.count_documents(part) if part else total
    if not question.limit or not use.in_order:
        return within
    matching = await collection.count_documents(question.query)
    return round(within * min(1.0, question.limit / matching)) if matching else within


def _questions(name: str, command: Mapping[str, Any]) -> Iterator[Question]:
    collection = str(command.get(name))
    if name == "find":
        yield Question(collection, command["filter"], tuple(command.get("sort", {}).items()), command.get("limit", 0))
    elif name == "aggregate":
        first: Document = next(iter(command["pipeline"]), {})
        yield Question(collection, first.get("$match", {}))
    elif name in ("update", "delete"):
        for each in command[f"{name}s"]:
            yield Question(collection, each["q"])
    elif name == "distinct":  # an index that goes on with the field is read once for each value
        yield Question(collection, command.get("query", {}), ((command["key"], 1),), 1)
    elif name == "findAndModify":
        yield Question(collection, command.get("query", {}), limit=1)


def _shape(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_shape(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(sorted({_shape(each) for each in value}))}]"
    return "_"
