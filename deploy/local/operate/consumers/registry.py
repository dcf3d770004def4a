"""Consumers of other teams made, listed and taken away, through the management API."""

import asyncio
import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from deploy.local.broker.management import Management
from deploy.local.errors import StackError
from deploy.local.operate.consumers.consumer import TAG, TeamConsumer, expect_name, expect_outside
from deploy.local.operate.dead_letters.place import connected
from deploy.local.operate.events.catalogue import types_like
from deploy.local.operate.protection.operators import address, note
from shared.messaging.names import vhost_of
from shared.messaging.topology import EVENTS

SECONDS = 10.0


async def add(team: str, hear: Sequence[str], say: Sequence[str]) -> dict[str, Any]:
    """Makes a user, its permissions and its queue, bound to what it hears. A team that is there already keeps its
    password, and hears and says from now on what is asked for. Returns what the team must be told."""
    expect_name(team)
    if not hear:
        raise StackError("Name the events that it hears: --hear campaign.launched.v1, --hear 'campaign.*'")
    consumer = TeamConsumer(team=team, hears=types_like(hear), says=types_like(say) if say else [])
    expect_outside(consumer.says)
    vhost, password = vhost_of(address("amqp")), secrets.token_urlsafe(24)
    async with Management(address("management"), SECONDS) as management:
        there = await _user(management, team)
        if there is None:
            await management.put(f"users/{team}", {"password": password, "tags": TAG})
        await management.put(f"permissions/{quote(vhost, safe='')}/{team}", consumer.permissions)
        await management.put(f"topic-permissions/{quote(vhost, safe='')}/{team}", consumer.topics)
        before = await _bound(management, vhost, consumer.queue) if there else []
    await _make_queue(consumer, before)
    await note("consumers.added", {"team": team, "hears": consumer.hears, "says": consumer.says})
    shown = password if there is None else None
    return {**consumer.model_dump(), "queue": consumer.queue, "url": _url(team, shown), "new": there is None}


async def listed() -> list[dict[str, Any]]:
    """Returns every team with what it hears, what waits for it, and how many of its processes listen."""
    vhost = vhost_of(address("amqp"))
    async with Management(address("management"), SECONDS) as management:
        users = [user["name"] for user in await management.users() if TAG in _tags(user)]
        columns = "name,messages_ready,messages_unacknowledged,consumers"
        queues = {queue["name"]: queue for queue in await management.listed("queues", vhost, columns)}
        names = [name for name in sorted(users) if f"{name}.events" in queues]
        heard = await asyncio.gather(*(_bound(management, vhost, f"{name}.events") for name in names))
    return [
        {
            "team": name,
            "hears": sorted(types),
            "waiting": int(queues[f"{name}.events"].get("messages_ready") or 0),
            "consumers": int(queues[f"{name}.events"].get("consumers") or 0),
        }
        for name, types in zip(names, heard, strict=True)
    ]


async def remove(team: str, discard: bool) -> None:
    """Takes the user and its queues away. Raises `StackError` where events wait there that may not be discarded."""
    expect_name(team)
    vhost = vhost_of(address("amqp"))
    async with Management(address("management"), SECONDS) as management:
        if await _user(management, team) is None:
            raise StackError(f"There is no consumer {team}; `otm consumers list` names those that there are")
        columns = "name,messages_ready,messages_unacknowledged"
        own = [
            each for each in await management.listed("queues", vhost, columns) if each["name"].startswith(f"{team}.")
        ]
        waiting = sum(int(queue.get("messages_ready") or 0) for queue in own)
        if waiting and not discard:
            raise StackError(f"{waiting:,} events wait for {team}: let it take them, or add --discard")
        await management.delete_user(team)
        for queue in own:
            await management.delete("queues", vhost, queue["name"])
    await note("consumers.removed", {"team": team, "discarded": waiting})


async def _make_queue(consumer: TeamConsumer, before: Sequence[str]) -> None:
    async with connected() as connection, connection.channel() as channel:
        queue = await channel.declare_queue(consumer.queue, durable=True, arguments=consumer.arguments)
        for event_type in consumer.hears:
            await queue.bind(EVENTS, event_type)
        for event_type in set(before) - set(consumer.hears):
            await queue.unbind(EVENTS, event_type)


async def _user(management: Management, team: str) -> dict[str, Any] | None:
    """Raises `StackError` for a user of that name that is somebody else's."""
    found = next((user for user in await management.users() if user["name"] == team), None)
    if found is not None and TAG not in _tags(found):
        raise StackError(f"The broker has a user {team} that `otm consumers` did not make: choose another name")
    return found


async def _bound(management: Management, vhost: str, queue: str) -> list[str]:
    bindings = await management.listed("bindings", vhost, "source,destination,routing_key")
    return [each["routing_key"] for each in bindings if (each["source"], each["destination"]) == (EVENTS, queue)]


def _tags(user: dict[str, Any]) -> list[str]:
    """RabbitMQ 3.8 says them as one text, later ones as a list."""
    tags = user.get("tags") or []
    return tags.split(",") if isinstance(tags, str) else list(tags)


def _url(team: str, password: str | None) -> str:
    amqp = urlsplit(address("amqp"))
    secret = f"{team}:{password or '***'}"
    return amqp._replace(netloc=f"{secret}@{amqp.netloc.rpartition('@')[2]}").geturl()
