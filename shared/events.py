"""An event: a contract with the facts around it, as CloudEvents 1.0 describes them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from shared.contracts.base import Contract
from shared.identifiers import derived_id, new_id
from shared.running.tracing import Trace, current_trace

C_co = TypeVar("C_co", bound=Contract, covariant=True)
C = TypeVar("C", bound=Contract)


@dataclass(frozen=True, slots=True)
class Event(Generic[C_co]):
    """Something that happened. `source` is the service that says so; `time` is when it happened, in UTC."""

    id: str
    source: str
    time: datetime
    trace: Trace
    data: C_co

    @property
    def type(self) -> str:
        return self.data.event_type

    @property
    def subject(self) -> str:
        return self.data.subject


def first_event(data: C, source: str, time: datetime) -> Event[C]:
    """An event that nothing but a request caused: it has a new id."""
    return Event(new_id(), source, time, current_trace(), data)


def events_after(cause: str, source: str, time: datetime, said: Sequence[Contract]) -> Iterator[Event[Contract]]:
    """Events that follow from `cause` (an event's or a thing's id): made again, they have the same ids."""
    for ordinal, data in enumerate(said):
        yield Event(derived_id(cause, data.event_type, ordinal), source, time, current_trace(), data)


class Announcer(Protocol):
    """The port through which a handler announces the events that follow from one."""

    async def announce(self, cause: Event[Contract] | str, at: datetime, *said: Contract) -> None:
        """Publish `said`, confirmed, with ids derived from `cause`. Call after the write, before returning."""
        ...
