"""Questions that a service asks its store: recorded while it works, then asked again of collections that have grown.

The embedded store does not count the documents that it looks at. So each question is timed beside one that has to look
at all there are, in the same collection and run.
"""

import copy
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from shared.storage.store import Database, Document

TRIES = 5
TOGETHER = 500
ANYTHING_ELSE = {"there is no such field": 1}
LEAST_SCAN_SECONDS = 0.003
"""A collection that is looked through faster than that is too small to tell."""


@dataclass(frozen=True)
class Question:
    collection: str
    query: Document
    sort: Sequence[tuple[str, int]] = ()
    limit: int = 0

    @property
    def shape(self) -> str:
        """Collection, and fields and operators without their values: questions of one shape are one."""
        return f"{self.collection} {_shape(self.query)} {list(self.sort)} {self.limit > 0}"


class Questions(CommandListener):
    """Listener of the driver's: the questions of reads and writes, one of each shape, while it is `listening`."""

    def __init__(self) -> None:
        self.listening = False
        self.asked: dict[str, Question] = {}

    def started(self, event: CommandStartedEvent) -> None:
        if self.listening:
            for question in _questions(event.command_name, event.command):
                self.asked.setdefault(question.shape, copy.deepcopy(question))

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...

    async def looked_through(self, database: Database, grown: Sequence[str]) -> list[str]:
        """Returns the shapes of questions to one of the collections that take a third of the time, or more, of looking
        at all that is there: each with both times in milliseconds."""
        found = []
        for collection in grown:
            questions = [question for question in self.asked.values() if question.collection == collection]
            assert questions, f"nobody has asked for anything in {collection}"
            all_of_it = await _seconds(database, Question(collection, ANYTHING_ELSE))
            assert all_of_it > LEAST_SCAN_SECONDS, f"{collection} has not grown"
            for question in questions:
                took = await _seconds(database, question)
                if took > all_of_it / 3:
                    found.append(f"{question.shape}: {took * 1e3:.1f} of {all_of_it * 1e3:.1f}")
        return found


async def grow(database: Database, collections: Sequence[str], names: Sequence[str], size: int) -> None:
    """Fills collections with older documents like those that are there: of other campaigns and loads than `names`."""
    for collection in collections:
        kept = [row async for row in database[collection].find({}) if not isinstance(row["_id"], int)]
        assert kept, f"there is nothing in {collection} to be like"
        older = [_older(row, number, names) for number in range(-(-size // len(kept))) for row in kept]
        for start in range(0, len(older), TOGETHER):
            await database[collection].insert_many(older[start : start + TOGETHER], ordered=False)


def _older(row: Document, number: int, names: Sequence[str]) -> Document:
    changed: Document = _renamed(row, re.compile("|".join(map(re.escape, names))), f"OTM-25-{number:06d}")
    if changed["_id"] == row["_id"]:
        changed["_id"] = f"{number}~{row['_id']}" if isinstance(row["_id"], str) else os.urandom(16)
    return changed


def _renamed(value: Any, names: re.Pattern[str], name: str) -> Any:
    if isinstance(value, str):
        return names.sub(name, value)
    if isinstance(value, Mapping):
        return {key: _renamed(each, names, name) for key, each in value.items()}
    return [_renamed(each, names, name) for each in value] if isinstance(value, list) else value


def _questions(name: str, command: Mapping[str, Any]) -> Iterator[Question]:
    collection = str(command.get(name))
    if name == "find":
        yield Question(collection, command["filter"], tuple(command.get("sort", {}).items()), command.get("limit", 0))
    elif name == "aggregate" and "$match" in next(iter(command["pipeline"]), {}):
        yield Question(collection, command["pipeline"][0]["$match"])
    elif name in ("update", "delete"):
        for each in command[f"{name}s"]:
            yield Question(collection, each["q"])
    elif name in ("count", "distinct", "findAndModify"):
        yield Question(collection, command.get("query", {}))


def _shape(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_shape(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(sorted({_shape(each) for each in value}))}]"
    return "_"


async def _seconds(database: Database, question: Question) -> float:
    """Returns the shortest time of some tries."""
    took = []
    for _ in range(TRIES):
        began = time.perf_counter()
        found = database[question.collection].find(question.query)
        if question.sort:
            found = found.sort(list(question.sort))
        await found.limit(question.limit).to_list(None)
        took.append(time.perf_counter() - began)
    return min(took)
