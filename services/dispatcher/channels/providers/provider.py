"""The interface of a provider that is handed one communication at a time, and its answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from services.dispatcher.letters.communication import Communication
from shared.errors import Unavailable

UNCONFIRMED = "unconfirmed"


class InDoubt(Unavailable):
    """The provider may have taken the communication: it did not answer, or with an answer that does not say."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it, and calls it `provider_id`."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will never take it, because of `reason` (a code)."""

    reason: str


@dataclass(frozen=True, slots=True)
class PutOff:
    """The provider does not take it for this one recipient at present, and may later; others are not concerned."""


Answer = Accepted | Refused | PutOff


class Provider(Protocol):
    can_find: ClassVar[bool]
    """True if the provider can be asked for a communication by its reference."""

    async def hand_over(self, communication: Communication) -> Answer:
        """Raises `InDoubt` when the provider may have taken it; any other `Unavailable`, or `Deferred`, when it has not
        for certain, and none is taken before later."""
        ...

    async def find(self, reference: str) -> Sequence[str]:
        """Returns the provider's own names for what it has under this reference: none, one, or too many."""
        ...
