"""Outgoing notices: the input of every channel, and its errors."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from services.notifier.notices.notice import Notice
from shared.errors import Permanent, Transient


class Refused(Permanent):
    """This notice will never be taken there."""

    code = "refused"


class NotTaken(Transient):
    """This notice was not taken; another may be."""

    code = "not-taken"


class FarEndDown(Transient):
    """The far end takes nothing at present."""

    code = "far-end-down"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A notice on its way out. `link` is where the notice is acknowledged, if it asks for that; a key, so it is not in
    the notice.

    `again` says that it may have been taken before: somebody died without noting how it went.
    """

    notice: Notice
    link: str | None = None
    again: bool = False


class Channel(Protocol):
    async def send(self, outgoing: Outgoing) -> None:
        """Sends a notice. Raises `Permanent` when it can never be taken, `FarEndDown` when nothing is, else
        `Transient`.
        """
        ...


class Fate(StrEnum):
    OPEN = "open"
    ARRIVED = "arrived"
    BOUNCED = "bounced"
