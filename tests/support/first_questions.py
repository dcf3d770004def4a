"""Questions that a service asks its store at its start: recorded, and held against the indexes of its schema."""

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from shared.storage.store import Store

FILTERS = {"find": "filter", "count": "query", "distinct": "query", "findAndModify": "query"}
NEGATED = {"$ne", "$nin", "$not", "$exists"}
LOOKS = frozenset({"hello", "ping", "listCollections", "listIndexes", "commitTransaction", "abortTransaction"})
"""Commands that read no documents."""


class FirstQuestions(CommandListener):
    """`small` are the collections that a service may read whole: their size does not follow that of campaigns'."""

    def __init__(self, small: frozenset[str]) -> None:
        self.small = small
        self.asked: list[tuple[str, Mapping[str, Any]]] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.asked.append((event.command_name, dict(event.command)))

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...

    async def without_index(self, store: Store) -> set[str]:
        """Returns the questions to collections that may be large which no index narrows down, in words."""
        found = set()
        for name, command in [*self.asked]:
            for collection, query, bounded_by in _questions(name, command):
                if collection in self.small:
                    continue
                keys = (await store.database[collection].index_information()).values()
                indexed = {index["key"][0][0] for index in keys}
                if bounded_by not in indexed and not _narrowed(query, indexed):
                    found.add(f"{name} {collection} {sorted(query)}")
        return found


def _narrowed(query: Mapping[str, Any], indexed: set[str]) -> bool:
    return any(field in indexed and not _negated(condition) for field, condition in query.items())


def _negated(condition: Any) -> bool:
    return condition is None or (isinstance(condition, Mapping) and bool(NEGATED & set(condition)))


def _questions(name: str, command: Mapping[str, Any]) -> Sequence[tuple[str, Mapping[str, Any], str | None]]:
    """Returns collection, query, and the field by whose order so many are read as are asked for, if that is all."""
    if name in LOOKS or name == "insert":
        return []
    collection = str(command.get(name))
    if name in ("update", "delete"):
        return [(collection, each["q"], None) for each in command[f"{name}s"]]
    if name == "count" and not command.get("query"):
        return []  # the store's own number, which it does not count
    query = command.get(FILTERS.get(name, ""), {})  # none for an aggregate, which nobody needs at a start
    sort = next(iter(command.get("sort", {})), None) if command.get("limit") and not query else None
    return [(collection, query, sort)]
