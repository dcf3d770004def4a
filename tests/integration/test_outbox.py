"""The outbox is published in order, not before the broker is there, and again after a crash."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from prometheus_client import CollectorRegistry

from shared.errors import Unavailable
from shared.events import Event, first_event
from shared.messaging import topology
from shared.messaging.envelope import from_message
from shared.messaging.metrics import BusMetrics
from shared.messaging.relay import Relay, Waiting
from shared.running.jobs import Job
from shared.storage.outbox import Outbox
from shared.storage.store import Session, Store
from tests.support.probe import AllTheTime, Heard, ProbeMade, ProbeService, probe, probe_service


class ProbeAlarm(ProbeMade):
    urgent: ClassVar[bool] = True


async def keep(store: Store, *events: Event[ProbeMade]) -> None:
    async def write(session: Session) -> None:
        await store["made"].insert_one({"numbers": [event.data.number for event in events]}, session=session)

    await store.commit(write, *events)


def relay(outbox: Outbox, service: ProbeService) -> Relay:
    return Relay(outbox, service.bus.publisher, BusMetrics(CollectorRegistry()))


async def listen(service: ProbeService) -> None:
    listening = await service.channel.declare_queue("listener")
    await listening.bind(topology.EVENTS, routing_key="probe.made.v1")


async def listened(service: ProbeService, count: int) -> list[Event[ProbeMade]]:
    return [from_message(await service.take("listener"), ProbeMade) for _ in range(count)]


async def test_events_are_said_in_the_order_they_were_stored_in(amqp_url: str, store: Store) -> None:
    events = [probe(number) for number in range(60)]
    for start in range(0, 60, 2):
        await keep(store, *events[start : start + 2])
    async with probe_service(amqp_url, Heard()) as service:
        await listen(service)
        say = relay(store.outbox, service)
        assert [await say.step(), await say.step()] == [True, False]  # 30 rows, 20 at once
        said = await listened(service, 60)
    assert [(event.id, event.data) for event in said] == [(event.id, event.data) for event in events]
    assert await store.outbox.depth() == 0


async def test_what_the_broker_does_not_confirm_stays_until_it_does(amqp_url: str, store: Store) -> None:
    class ProbeDue(ProbeMade):
        event_type: ClassVar[str] = "probe.due.v1"
        private: ClassVar[bool] = True

    due = Event("17", "nobody", probe(1).time, probe(1).trace, ProbeDue(campaign="OTM-26-0001", number=1))
    await keep(store, due)
    async with probe_service(amqp_url, Heard()) as service:
        say = relay(store.outbox, service)
        for _ in range(2):
            await say.step()
            assert await store.outbox.depth() == 1
            with pytest.raises(Unavailable, match=r"probe\.due\.v1 waits aside .* no such queue"):
                await store.outbox.flowing()
        await service.channel.declare_queue("nobody.probe.due.v1")
        async with asyncio.timeout(20):
            while await store.outbox.depth():
                await say.step()
                await asyncio.sleep(0.1)
        assert (await service.take("nobody.probe.due.v1")).message_id == "17"
    assert await store.outbox.depth() == 0


async def test_a_crash_between_saying_and_forgetting_says_it_twice_as_the_same_event(
    amqp_url: str, store: Store
) -> None:
    class Dying(Outbox):
        async def forget(self, said: Sequence[Waiting]) -> None:
            raise SystemError("killed")

    event = probe(1)
    await keep(store, event)
    async with probe_service(amqp_url, Heard()) as service:
        await listen(service)
        with pytest.raises(SystemError):
            await relay(Dying(store["outbox"]), service).step()
        await relay(store.outbox, service).step()
        assert [said.id for said in await listened(service, 2)] == [event.id, event.id]
    assert await store.outbox.depth() == 0


async def test_what_is_urgent_overtakes_a_relay_that_is_at_work_and_is_said_once(amqp_url: str, store: Store) -> None:
    class Held(Outbox):
        async def oldest(self, limit: int) -> list[Waiting]:
            found = await super().oldest(limit)
            read.set()
            await go_on.wait()
            return found

    read, go_on = asyncio.Event(), asyncio.Event()
    outbox = store.outbox = Held(store["outbox"])
    await keep(store, probe(1))
    await keep(store, first_event(ProbeAlarm(campaign="OTM-26-0001", number=2), "prober", datetime.now(UTC)))
    async with probe_service(amqp_url, Heard()) as service:
        await listen(service)
        say = relay(outbox, service)
        ordinary = asyncio.create_task(say.step())
        await read.wait()
        await say.urgent_step()
        assert [event.data.number for event in await listened(service, 1)] == [2]
        go_on.set()
        await ordinary
        assert [event.data.number for event in await listened(service, 1)] == [1]
        assert await service.depth("listener") == 0
    assert await outbox.depth() == 0


async def test_what_is_urgent_and_was_not_said_at_once_is_found_in_the_store(amqp_url: str, store: Store) -> None:
    await keep(store, first_event(ProbeAlarm(campaign="OTM-26-0001", number=2), "prober", datetime.now(UTC)))
    async with probe_service(amqp_url, Heard()) as service:
        say = relay(store.outbox, service)
        await service.bus.stop()
        for step in (say.urgent_step, say.step):
            with pytest.raises(Unavailable):
                await step()
        assert [row.urgent for row in await store.outbox.oldest(10)] == [True]
    async with probe_service(amqp_url, Heard()) as service:
        await listen(service)
        await relay(store.outbox, service).step()
        assert [event.data.number for event in await listened(service, 1)] == [2]


async def test_a_commit_wakes_the_relay_of_its_own_process(amqp_url: str, store: Store) -> None:
    heard = Heard()
    async with probe_service(amqp_url, heard) as service:
        step = relay(store.outbox, service).step
        job = Job("relay", step, every=3600, turn=AllTheTime(), news=store.outbox.news)
        job.start()
        await asyncio.sleep(0.2)  # it has looked, found nothing, and would rest for an hour
        await keep(store, probe(1))
        await heard.until(lambda h: h.numbers == [1])
        await job.stop()


async def test_what_cannot_be_published_or_read_waits_aside_until_somebody_mends_it(
    amqp_url: str, store: Store
) -> None:
    async with probe_service(amqp_url, Heard()) as service:
        await listen(service)
        await keep(store, probe(1))
        await keep(store, probe(2))
        await keep(store, probe(3))
        rows = await store["outbox"].find().sort("order").to_list(None)
        at, of_another_version = rows[0]["envelopes"][0]["time"], {"envelopes.0.hue": "blue"}
        await store["outbox"].update_one({"_id": rows[0]["_id"]}, {"$set": {"envelopes.0.time": 7}})
        await store["outbox"].update_one({"_id": rows[1]["_id"]}, {"$set": of_another_version})
        await relay(store.outbox, service).step()
        assert [event.data.number for event in await listened(service, 1)] == [3]
        aside = {row.reason: row.ids for row in await store.outbox.aside()}
        assert aside.keys() == {"it cannot be published: AttributeError", "this version cannot read it"}
        await store["outbox"].update_one({"_id": rows[0]["_id"]}, {"$set": {"envelopes.0.time": at}})
        await store["outbox"].update_one({"_id": rows[1]["_id"]}, {"$unset": of_another_version})
        assert await store.outbox.retry() == 2
        await relay(store.outbox, service).step()
        assert {event.data.number for event in await listened(service, 2)} == {1, 2}
        assert await store.outbox.depth() == 0
