"""Events that somebody else says: under an id that was used, or without leave."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import quote, urlsplit

import aio_pika
import httpx
import pytest
import structlog

from shared.messaging.envelope import sealed, to_message
from shared.messaging.names import vhost_of
from shared.messaging.settlement import EXCEPTION, REASON
from shared.messaging.topology import EVENTS
from shared.messaging.vouching import SAID_BY
from shared.storage.heard import MongoHeard
from shared.storage.store import Indexes, Store
from tests.support.ailing import DEAD
from tests.support.ground import Ground
from tests.support.probe import Heard, ProbeMade, probe, probe_service


@pytest.fixture
async def store(mongo_url: str, database: str) -> AsyncIterator[Store]:
    store = Store(mongo_url, database, Indexes("heard", MongoHeard.INDEXES))
    await store.prepare()
    yield store
    store.close()


async def test_an_id_that_comes_again_with_other_content_is_a_dead_letter_that_says_so(
    amqp_url: str, store: Store
) -> None:
    heard, event = Heard(), probe(1)
    async with probe_service(amqp_url, heard, heard_before=MongoHeard(store["heard"]).before) as service:
        other = replace(event, data=ProbeMade(campaign="OTM-26-0001", number=2))
        await service.say(event)
        await heard.until(lambda h: h.numbers == [1])
        await service.say(event, other, probe(3))
        await heard.until(lambda h: sorted(h.numbers) == [1, 1, 3])
        dead = await service.take(DEAD)
    assert dead.headers[EXCEPTION] == "IdUsedBefore"
    assert "said something else: give each event an id of its own" in str(dead.headers[REASON])
    assert dead.message_id == event.id


async def test_an_event_that_failed_and_comes_again_is_the_same_event(amqp_url: str, store: Store) -> None:
    heard = Heard(lambda number, attempt: RuntimeError() if attempt == 1 else None)
    async with probe_service(amqp_url, heard, heard_before=MongoHeard(store["heard"]).before) as service:
        await service.say(*(probe(number) for number in range(5)))
        await heard.until(lambda h: sorted(h.numbers) == list(range(5)))
        assert await service.depth(DEAD) == 0


async def test_a_handled_event_is_logged_with_its_campaign_and_the_correlation_id_that_it_came_with(
    amqp_url: str,
) -> None:
    heard, event = Heard(), probe(1)
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        async with probe_service(amqp_url, heard) as service:
            await service.say(event)
            await heard.until(lambda h: h.numbers == [1])
    (line,) = [line for line in lines if line["event"] == "heard"]
    assert (line["correlation_id"], line["event_id"]) == (event.trace.correlation_id, event.id)
    assert line["campaign"] == event.data.campaign


@pytest.fixture
async def outsider(ground: Ground, amqp_url: str) -> AsyncIterator[str]:
    """The URL of a user who may say probes alone, by permissions such as docs/runbook.md gives."""
    name, password = f"outside-{secrets.token_hex(4)}", secrets.token_hex(8)
    vhost = vhost_of(amqp_url)
    async with httpx.AsyncClient(base_url=ground.management_url, trust_env=False) as management:

        async def put(path: str, **body: str) -> None:
            (await management.put(f"/api/{path}", json=body)).raise_for_status()

        await put(f"users/{name}", password=password, tags="")
        await put(f"permissions/{quote(vhost, safe='')}/{name}", configure="", write=r"^otm\.events$", read="")
        await put(f"topic-permissions/{quote(vhost, safe='')}/{name}", exchange=EVENTS, write=r"^probe\.", read="")
        parts = urlsplit(amqp_url)
        yield parts._replace(netloc=f"{name}:{password}@{parts.hostname}:{parts.port}").geturl()
        await management.delete(f"/api/users/{name}")


async def publish(url: str, routing_key: str, **properties: str | None) -> None:
    """Publishes a probe; raises the client's error where the broker refuses it."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(on_return_raises=True)
        events = await channel.get_exchange(EVENTS, ensure=False)
        message = to_message(sealed(probe(7)))
        message.headers = {**message.headers, SAID_BY: str(urlsplit(url).username)}
        for name, value in properties.items():
            setattr(message, name, value)
        await events.publish(message, routing_key)


async def test_who_may_not_say_an_event_is_refused_by_the_broker_or_by_the_service(
    amqp_url: str, outsider: str
) -> None:
    heard, ours = Heard(), str(urlsplit(amqp_url).username)
    async with probe_service(amqp_url, heard, publishers=(ours,)) as service:
        with pytest.raises(aio_pika.exceptions.ChannelClosed, match="ACCESS_REFUSED"):
            await publish(outsider, "campaign.approved.v1")
        with pytest.raises(aio_pika.exceptions.ChannelClosed, match="user_id"):
            await publish(outsider, "probe.made.v1", user_id=ours)
        dead = []
        for user in (None, str(urlsplit(outsider).username)):
            await publish(outsider, "probe.made.v1", user_id=user)
            dead.append(await service.take(DEAD))
        await service.say(probe(1))
        await heard.until(lambda h: h.numbers == [1])
    assert [letter.headers[EXCEPTION] for letter in dead] == ["NotTheirsToSay"] * 2
    assert [letter.headers[SAID_BY] for letter in dead] == ["", urlsplit(outsider).username]


async def test_what_is_ours_stays_ours_when_it_is_tried_again(amqp_url: str) -> None:
    heard = Heard(lambda number, attempt: RuntimeError() if attempt == 1 else None)
    async with probe_service(amqp_url, heard, publishers=(str(urlsplit(amqp_url).username),)) as service:
        await service.say(probe(1))
        await heard.until(lambda h: h.numbers == [1])
        assert await service.depth(DEAD) == 0
