"""Spans as a collector of OpenTelemetry receives them from the services."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue

from tests.support.receiver import Receiver, receiver


@dataclass(frozen=True)
class Span:
    """`service` is who recorded it; `parent` is empty for the first of a trace."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class Collector:
    receiver: Receiver

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which a process sends its spans here, soon."""
        return {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{self.receiver.port}",
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }

    @property
    def spans(self) -> list[Span]:
        return [span for request in self._requests() for span in _spans(request)]

    @property
    def text(self) -> str:
        """Everything that was received, readable."""
        return "\n".join(str(request) for request in self._requests())

    def _requests(self) -> Iterable[ExportTraceServiceRequest]:
        assert {post.path for post in self.receiver.posts} <= {"/v1/traces"}
        return [ExportTraceServiceRequest.FromString(post.body) for post in self.receiver.posts]

    async def until(self, name: str, within: float = 20) -> Span:
        """Returns the first span of that name, once it is here."""
        async with asyncio.timeout(within):
            while not (found := [span for span in self.spans if span.name == name]):
                await asyncio.sleep(0.1)
        return found[0]


@asynccontextmanager
async def collector() -> AsyncIterator[Collector]:
    async with receiver() as listening:
        yield Collector(listening)


def _spans(request: ExportTraceServiceRequest) -> Iterable[Span]:
    for resource in request.resource_spans:
        service = _texts(resource.resource.attributes)["service.name"]
        for scope in resource.scope_spans:
            for each in scope.spans:
                ids = (each.trace_id.hex(), each.span_id.hex(), each.parent_span_id.hex())
                yield Span(service, each.name, *ids, _texts(each.attributes))


def _texts(attributes: Iterable[KeyValue]) -> dict[str, str]:
    return {each.key: str(each.value.string_value or each.value.int_value) for each in attributes}
