"""A consumer of another team: what it may do on the broker."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from deploy.local.errors import StackError
from deploy.local.operate.events.catalogue import BY_TYPE
from deploy.local.stack.services import SERVICES
from shared.messaging.topology import EVENTS

TAG = "otm-consumer"
"""Tag of the broker's users that `otm consumers` has made. It gives no rights."""
RESERVED = (*SERVICES, "otm", "amq", "lock", "guest", "admin")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_NAME = 40
QUEUE_MOST = 1_000_000
"""Events that wait for a team that is away; older ones are dropped, so that it never holds up others."""


class TeamConsumer(BaseModel, frozen=True):
    """A team with the types that it hears and those that it may say."""

    team: str
    hears: list[str]
    says: list[str] = []

    @property
    def queue(self) -> str:
        return f"{self.team}.events"

    @property
    def arguments(self) -> dict[str, Any]:
        return {
            "x-queue-type": "quorum",
            "x-delivery-limit": 100,
            "x-max-length": QUEUE_MOST,
            "x-overflow": "drop-head",
        }

    @property
    def permissions(self) -> dict[str, str]:
        """Queues that begin with its name, the events, and nothing else."""
        own, events = rf"^{self.team}\.", rf"^{re.escape(EVENTS)}$"
        return {"configure": own, "write": f"{own}|{events}" if self.says else own, "read": f"{own}|{events}"}

    @property
    def topics(self) -> dict[str, str]:
        return {"exchange": EVENTS, "write": _any_of(self.says), "read": _any_of(self.hears)}


def expect_name(team: str) -> None:
    """Raises `StackError` for a name that is not a team's, or that is ours."""
    if not _NAME.fullmatch(team) or len(team) > LONGEST_NAME:
        raise StackError(f"A team's name has small letters, digits and hyphens, at most {LONGEST_NAME}: my-team")
    if team in RESERVED:
        raise StackError(f"{team} is the name of a part of the stack: choose another")


def expect_outside(types: Sequence[str]) -> None:
    """Raises `StackError` for a type that only services say."""
    ours = [name for name in types if not BY_TYPE[name].outside]
    if ours:
        open_to = ", ".join(name for name, contract in BY_TYPE.items() if contract.outside)
        raise StackError(f"{', '.join(ours)} is said by the services alone; other teams may say {open_to}")


def _any_of(types: Sequence[str]) -> str:
    """Returns a pattern of exactly these routing keys; one that fits none where there are none."""
    return f"^({'|'.join(map(re.escape, types))})$" if types else "^$"
