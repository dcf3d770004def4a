"""An announcer for tests."""

from datetime import datetime
from typing import TypeVar

from shared.contracts import Contract
from shared.events import Event
from shared.identifiers import derived_id

C = TypeVar("C", bound=Contract)


class Spoken:
    """Keeps what it is given by event id, as everybody on the bus would know it again: said twice, it is there once.

    The same event must say the same each time, and that it happened at the same time.
    """

    def __init__(self) -> None:
        self.times = 0
        """How often anything was said, repeats included."""
        self._said: dict[str, tuple[datetime, Contract]] = {}

    async def announce(self, cause: Event[Contract] | str, at: datetime, *said: Contract) -> None:
        self.times += len(said)
        for number, data in enumerate(said):
            identifier = derived_id(cause if isinstance(cause, str) else cause.id, data.event_type, number)
            assert self._said.setdefault(identifier, (at, data)) == (at, data), (
                "the same event, but it says something else"
            )

    def of(self, kind: type[C]) -> list[C]:
        return [data for _, data in self._said.values() if isinstance(data, kind)]
