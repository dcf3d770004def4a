"""A message keeps its place in its trace: through the outbox, its retries, the dead letters, and back."""

from collections.abc import Iterator, Sequence

import pytest
from opentelemetry import propagate
from opentelemetry.instrumentation.aio_pika import AioPikaInstrumentor
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry

from shared.messaging.metrics import BusMetrics
from shared.messaging.relay import Relay
from shared.running.span_rules import TraceparentAlone
from shared.storage.store import Session, Store
from tests.support.ailing import Ailing, dead, replay
from tests.support.probe import PROBE_QUEUE, Heard, probe, probe_service

SEND, PROCESS = "otm.events,probe.made.v1 send", f"{PROBE_QUEUE} process"


@pytest.fixture
def provider() -> Iterator[TracerProvider]:
    before, provider = propagate.get_global_textmap(), TracerProvider()
    propagate.set_global_textmap(TraceparentAlone())
    AioPikaInstrumentor().instrument(tracer_provider=provider)
    yield provider
    AioPikaInstrumentor().uninstrument()
    propagate.set_global_textmap(before)


@pytest.fixture
def spans(provider: TracerProvider) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return exporter


def way_of(spans: Sequence[ReadableSpan]) -> list[str]:
    """Returns the names of the spans of one trace, from the last to the first: each is the parent of the one before."""
    assert len({span.context.trace_id for span in spans}) == 1
    known = {span.context.span_id: span for span in spans}
    (last,) = known.keys() - {span.parent.span_id for span in spans if span.parent}
    names, span = [], known.get(last)
    while span is not None:
        names.append(span.name)
        span = known.get(span.parent.span_id) if span.parent else None
    assert len(names) == len(spans)
    return names


async def test_what_waited_in_the_outbox_goes_on_in_the_trace_that_it_was_stored_in(
    amqp_url: str, store: Store, provider: TracerProvider, spans: InMemorySpanExporter
) -> None:
    async def write(session: Session) -> None:
        """There is nothing but the event."""

    with provider.get_tracer("test").start_as_current_span("POST /v1/probes"):
        await store.commit(write, probe(1))
    heard = Heard()
    async with probe_service(amqp_url, heard) as service:
        await Relay(store.outbox, service.bus.publisher, BusMetrics(CollectorRegistry())).step()
        await heard.until(lambda h: h.numbers == [1])
    assert way_of(spans.get_finished_spans()) == [PROCESS, SEND, "POST /v1/probes"]


async def test_a_message_that_failed_died_and_came_back_is_in_one_trace(
    amqp_url: str, store: Store, provider: TracerProvider, spans: InMemorySpanExporter
) -> None:
    ailing = Ailing(store)
    async with probe_service(amqp_url, ailing, retry_delays=(0.1,)) as service:
        with provider.get_tracer("test").start_as_current_span("POST /v1/probes"):
            await service.say(probe(100))
        await dead(amqp_url, 1)
        ailing.mended = True
        await replay(amqp_url, 100, of=1)
        await ailing.until(lambda h: h.numbers == [100])
    found = spans.get_finished_spans()
    assert [name.partition(",")[0] for name in way_of(found)] == [
        PROCESS, "", PROCESS, "probe.retry.0.1s", PROCESS, "otm.events", "POST /v1/probes",
    ]  # fmt: skip
    tried = [span.attributes or {} for span in found if span.name == PROCESS]
    assert [(span["otm.attempt"], span.get("error.type")) for span in tried] == [
        (1, "builtins.ValueError"), (2, "builtins.ValueError"), (1, None),
    ]  # fmt: skip
    assert {span["otm.campaign"] for span in tried} == {"OTM-26-0001"}


@pytest.mark.parametrize("traceparent", ["Mrs Jones", bytearray(b"Mrs Jones"), 17, ["a", "b"]])
async def test_a_traceparent_that_is_none_is_in_nobodys_way(
    amqp_url: str, spans: InMemorySpanExporter, traceparent: object
) -> None:
    heard = Heard()
    async with probe_service(amqp_url, heard) as service:
        with suppress_instrumentation():
            await service.send_raw(b'{"campaign": "OTM-26-0001", "number": 5}', {"traceparent": traceparent})
        await heard.until(lambda h: h.numbers == [5])
