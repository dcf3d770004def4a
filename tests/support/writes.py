"""Listener of the driver's that counts writes by collection, those that were refused, and documents written again."""

from collections import Counter
from typing import Any

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

KINDS = {"insert": "documents", "update": "updates", "delete": "deletes"}


class Writes(CommandListener):
    def __init__(self) -> None:
        self.refused = 0
        self._commands, self._documents = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        self._again = Counter[tuple[str, str]]()

    def of(self, kind: str, collection: str) -> int:
        """Returns how many documents were asked to be written."""
        return self._documents[kind, collection]

    def commands(self, kind: str, collection: str) -> int:
        return self._commands[kind, collection]

    @property
    def most_on_one_document(self) -> int:
        """Returns how often the document was written that was written most often."""
        return max(self._again.values(), default=0)

    def started(self, event: CommandStartedEvent) -> None:
        if written := KINDS.get(event.command_name):
            place = event.command_name, str(event.command[event.command_name])
            rows: list[dict[str, Any]] = event.command.get(written, [])
            self._commands[place] += 1
            self._documents[place] += len(rows)
            self._again.update((place[1], repr(row.get("_id", row.get("q")))) for row in rows)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        self.refused += len(event.reply.get("writeErrors", ()))

    def failed(self, event: CommandFailedEvent) -> None:
        self.refused += event.command_name in KINDS
