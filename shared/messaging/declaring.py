"""The topology made on a broker, looked at there, and made anew where it vanished."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import ChannelNotFoundEntity

from shared.messaging.topology import EVENTS, SHARED, UNROUTED, Consumer, Exchange, Queue, exchanges, queues


@dataclass(frozen=True, slots=True)
class Depth:
    """The broker's count for one queue: messages ready to be consumed, and consumers of all replicas."""

    messages: int
    consumers: int


async def declare(channel: AbstractChannel, *consumers: Consumer, shared: bool = True) -> dict[str, Depth]:
    """Make the exchanges, queues and bindings of `consumers`, and return how deep each queue is.

    Safe to repeat, by any number of replicas. What all services have in common is only looked for unless `shared`.
    Raises the client's own error where the broker has one of them with other arguments (406), does not allow it, or has
    nothing of that name to look at (404).
    """
    for exchange in exchanges(consumers):
        if shared or exchange.name not in SHARED:
            await declare_exchange(channel, exchange)
        else:
            await channel.get_exchange(exchange.name)
    return {queue.name: await _declare_own(channel, queue, shared) for queue in queues(consumers)}


async def _declare_own(channel: AbstractChannel, queue: Queue, shared: bool) -> Depth:
    own = shared or queue.name not in SHARED
    return await (declare_queue(channel, queue) if own else _depth(channel, queue.name))


async def declare_exchange(channel: AbstractChannel, exchange: Exchange) -> None:
    await channel.declare_exchange(
        exchange.name, exchange.kind.value, durable=True, arguments=exchange.arguments or None
    )


async def declare_queue(channel: AbstractChannel, queue: Queue) -> Depth:
    """With its bindings. Declaring what is there already changes nothing."""
    arguments = {"x-queue-type": "quorum", **queue.arguments}
    declared = await channel.declare_queue(queue.name, durable=True, arguments=arguments)
    for exchange, key in queue.bindings:
        await declared.bind(exchange, key)
    result = declared.declaration_result
    return Depth(result.message_count or 0, result.consumer_count or 0)


async def depths(connection: AbstractConnection, names: Sequence[str]) -> dict[str, Depth]:
    """How deep the queues of these names are; a queue that is not there is left out."""
    found: dict[str, Depth] = {}
    waiting = list(names)
    while waiting:
        # the broker closes a channel that asked for a queue which is not there
        async with connection.channel() as channel:
            try:
                while waiting:
                    name = waiting.pop(0)
                    found[name] = await _depth(channel, name)
            except ChannelNotFoundEntity:
                continue
    return found


async def missing(connection: AbstractConnection, *consumers: Consumer, shared: bool = True) -> list[str]:
    """Exchanges and queues of `consumers` that are not on the broker, as `exchange NAME` or `queue NAME`.

    Each queue that is there is declared again at once, with its bindings, which cannot be looked up over AMQP; one that
    all services have in common only where `shared`. Raises the client's own error where it has other arguments.
    """
    exchanges_absent = [f"exchange {name}" for name in await _missing_exchanges(connection, consumers)]
    absent = []
    waiting = list(queues(consumers))
    while waiting:
        async with connection.channel() as channel:
            try:
                while waiting:
                    queue = waiting.pop(0)
                    await _depth(channel, queue.name)
                    if not exchanges_absent:
                        await _declare_own(channel, queue, shared)
            except ChannelNotFoundEntity as error:
                if "no exchange" in str(error):  # it vanished since the look at the exchanges
                    return await missing(connection, *consumers, shared=shared)
                absent.append(f"queue {queue.name}")
    return [*exchanges_absent, *absent]


async def restore_events(connection: AbstractConnection, known: Mapping[str, str]) -> None:
    """Make the exchange of events anew, and at once all bindings of the queues in `known` that are there.

    An exchange takes its bindings with it, those of services that are away too, and an event that is said before a
    queue is bound again passes it by. `known` has the routing key of each queue by its name.
    """
    there = await depths(connection, [name for name, key in known.items() if key])
    unrouted, events = (exchange for exchange in exchanges(()) if exchange.name in (UNROUTED, EVENTS))
    async with connection.channel() as channel:
        await declare_exchange(channel, unrouted)
        underlay = await channel.get_underlay_channel()
        await declare_exchange(channel, events)
        for name in there:
            await underlay.queue_bind(name, EVENTS, known[name], nowait=True)  # in one go, not one answer at a time
        await channel.get_exchange(EVENTS)  # answered once all of them are done


async def _missing_exchanges(connection: AbstractConnection, consumers: Sequence[Consumer]) -> list[str]:
    absent = []
    waiting = [exchange.name for exchange in exchanges(consumers)]
    while waiting:
        async with connection.channel() as channel:
            try:
                while waiting:
                    name = waiting.pop(0)
                    await channel.get_exchange(name)
            except ChannelNotFoundEntity:
                absent.append(name)
    return absent


async def _depth(channel: AbstractChannel, name: str) -> Depth:
    answer = (await channel.declare_queue(name, passive=True)).declaration_result
    return Depth(answer.message_count or 0, answer.consumer_count or 0)
