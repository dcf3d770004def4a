"""Vouching for events: who may say one, and under which id, is known before a handler sees it."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from functools import wraps
from typing import Any

from aio_pika.abc import AbstractMessage

from shared.contracts.base import Contract
from shared.errors import Permanent
from shared.events import Event
from shared.messaging.known_sayers import KNOWN_SAYERS

SERVICES = frozenset(name for names in KNOWN_SAYERS.values() for name in names)
SAID_BY = "x-otm-said-by"
"""Header with the broker's user who said it, on a copy that we put aside or replay under a user of our own."""
HeardBefore = Callable[[str, str], Awaitable[bool]]
"""Keeps a name with a digest, and returns whether the name was kept with another digest before."""


class NotTheirsToSay(Permanent):
    """The broker's user who said this is none of those whose events are carried out, or may not say this one."""

    code = "not-theirs-to-say"


class IdUsedBefore(Permanent):
    """An event with this id was heard before, and it said something else."""

    code = "id-used-before"


def speaker(message: AbstractMessage, own: str | None) -> str:
    """Returns the broker's user who said it first: what the broker vouches for, or what a replica of this very service,
    which publishes as `own`, noted when it put the message aside."""
    user = message.user_id or ""
    noted = message.headers.get(SAID_BY)
    return noted if user and user == own and isinstance(noted, str) else user


def expect_theirs(
    message: AbstractMessage, contract: type[Contract], publishers: Collection[str], own: str | None
) -> None:
    """Raises `NotTheirsToSay`. Without `publishers` the permissions of the broker are all there is.

    A user with the name of a service says what that service says and nothing else: whoever may retry or dead-letter a
    message may publish to any queue by its name, past the topic permissions.
    """
    if not publishers or contract.outside:
        return
    said_by = speaker(message, own)
    if said_by not in publishers:
        raise NotTheirsToSay(
            "the broker's user who said this is none of OTM_PUBLISHERS: publish it as one of them, with the property "
            "user-id"
        )
    sayers = KNOWN_SAYERS.get(contract.event_type, ())
    if sayers and said_by in SERVICES and said_by not in sayers:
        raise NotTheirsToSay(f"{said_by} said this, which is only {' or '.join(sayers)} to say")


def content_digest(data: Contract) -> str:
    """Returns a digest of what an event says, but for instants: two replicas who say it at once differ in these."""
    said = _without_instants(data.model_dump(exclude_defaults=True))
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


def _without_instants(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_instants(each) for name, each in value.items() if not isinstance(each, datetime)}
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    return [_without_instants(each) for each in value] if isinstance(value, list | tuple) else value


async def expect_own_id(queue: str, event: Event[Contract], heard_before: HeardBefore) -> None:
    """Raises `IdUsedBefore` for an id that this queue has had with other content. Said again, an event is the same."""
    if event.data.private:
        return
    name = hashlib.sha256(f"{queue}|{event.id}".encode()).hexdigest()
    if await heard_before(name, content_digest(event.data)):
        raise IdUsedBefore(
            "an event with this id was heard before and said something else: give each event an id of its own"
        )


def with_own_ids(
    handler: Callable[[Event[Any]], Awaitable[None]], queue: str, heard_before: HeardBefore | None
) -> Callable[[Event[Any]], Awaitable[None]]:
    """Returns the handler of a queue, called only with events whose ids are their own. Without `heard_before` nobody
    remembers ids."""
    if heard_before is None:
        return handler

    @wraps(handler)
    async def handle(event: Event[Any]) -> None:
        await expect_own_id(queue, event, heard_before)
        await handler(event)

    return handle
