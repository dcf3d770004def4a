"""Events that the broker refuses wait aside in the outbox until it takes them; one too large for it is not kept."""

from typing import ClassVar

import pytest
from prometheus_client import CollectorRegistry

from shared.contracts.base import CampaignContract
from shared.errors import TooLarge, Unavailable
from shared.events import first_event
from shared.messaging import topology
from shared.messaging.envelope import LARGEST_BODY, sealed
from shared.messaging.metrics import BusMetrics
from shared.messaging.publishing import Refused
from shared.messaging.relay import Relay
from shared.storage.store import Store
from tests.integration.given.outbox import keep
from tests.integration.given.waiting import until
from tests.support.probe import Heard, ProbeMade, probe, probe_service


class CampaignHalted(CampaignContract):
    event_type: ClassVar[str] = "probe.halted.v1"
    urgent: ClassVar[bool] = True


class ProbeLost(ProbeMade):
    event_type: ClassVar[str] = "probe.lost.v1"


async def test_a_row_that_the_broker_refuses_waits_aside_and_the_rest_overtakes_it(amqp_url: str, store: Store) -> None:
    """Somebody else's queue is full; whoever listens to other events hears them, urgent ones first."""
    async with probe_service(amqp_url, Heard()) as service:
        full = await service.channel.declare_queue(
            "somebody.full", durable=True,
            arguments={"x-queue-type": "quorum", "x-max-length": 1, "x-overflow": "reject-publish"},
        )  # fmt: skip
        await full.bind(topology.EVENTS, ProbeLost.event_type)

        async def is_full() -> bool:
            """After how many events differs between versions of RabbitMQ."""
            try:
                await service.bus.publisher.publish(sealed(more))
            except Refused as error:
                return "full" in error.message
            return False

        more = first_event(ProbeLost(campaign="OTM-26-0001", number=9), "probe", probe(9).time)
        await until(is_full)
        everything = await service.channel.declare_queue("everything")
        for kind in (ProbeMade, CampaignHalted):
            await everything.bind(topology.EVENTS, kind.event_type)
        lost = [first_event(ProbeLost(campaign="OTM-26-0001", number=n), "probe", probe(n).time) for n in range(6)]
        made = [probe(n) for n in range(3)]
        halted = first_event(CampaignHalted(campaign="OTM-26-0002"), "probe", probe(0).time)
        await keep(store, *lost, *made, halted)
        relay = Relay(store.outbox, service.bus.publisher, BusMetrics(CollectorRegistry()))

        async def rest_is_said() -> bool:
            await relay.step()
            return not await store.outbox.oldest(1)

        await until(rest_is_said)
        said = [(await service.take("everything")).message_id for _ in range(4)]
        assert said == [halted.id, *(event.id for event in made)]
        backlog = await store.outbox.backlog()
        assert backlog.aside == backlog.rows == len(lost)
        assert backlog.oldest is not None
        with pytest.raises(Unavailable, match=r"probe\.lost\.v1 waits aside .* full"):
            await store.outbox.flowing()
        await full.delete(if_unused=False, if_empty=False)

        async def all_is_said() -> bool:
            await relay.step()
            return await store.outbox.depth() == 0

        await until(all_is_said)
        await store.outbox.flowing()


async def test_what_a_handler_cannot_say_is_kept_and_said_later(amqp_url: str, store: Store) -> None:
    async with probe_service(amqp_url, Heard()) as service:
        announcer = type(service.bus.announcer)("nobody", service.bus.publisher, store.outbox.keep_aside)

        class Due(ProbeMade):
            event_type: ClassVar[str] = "probe.due.v1"
            private: ClassVar[bool] = True

        due = Due(campaign="OTM-26-0001", number=1)
        with pytest.raises(Refused, match="no such queue"):
            await type(service.bus.announcer)("nobody", service.bus.publisher).announce("cause", probe(1).time, due)
        await announcer.announce("cause", probe(1).time, due)
        assert (await store.outbox.backlog()).aside == 1
        await service.channel.declare_queue("nobody.probe.due.v1")
        relay = Relay(store.outbox, service.bus.publisher, BusMetrics(CollectorRegistry()))

        async def said() -> bool:
            await relay.step()
            return await store.outbox.depth() == 0

        await until(said)
        assert (await service.take("nobody.probe.due.v1")).routing_key == "nobody.probe.due.v1"


async def test_an_event_that_nobody_would_take_is_refused_before_it_is_stored(store: Store) -> None:
    class ProbeTold(CampaignContract):
        event_type: ClassVar[str] = "probe.told.v1"
        text: str

    large = first_event(ProbeTold(campaign="OTM-26-0001", text="x" * LARGEST_BODY), "probe", probe(1).time)
    with pytest.raises(TooLarge, match=r"probe\.told\.v1 would take 1,000,0\d\d bytes"):
        await keep(store, large)
    assert await store["made"].count_documents({}) == 0
    assert await store.outbox.depth() == 0
    sealed(first_event(ProbeTold(campaign="OTM-26-0001", text="x" * (LARGEST_BODY - 100)), "probe", probe(1).time))
