import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from deploy.local.broker.broker import with_vhost
from deploy.local.processes.health import Prober
from deploy.local.stack.infrastructure import Infrastructure

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(serve: Serve) -> AsyncIterator[int]:
    started = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with started:
        yield started.sockets[0].getsockname()[1]


async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


@pytest.mark.parametrize("scheme", ["http", "amqp", "mongodb", "smtp", "epmd"])
async def test_a_server_that_accepts_connections_and_says_nothing_does_not_answer(scheme: str) -> None:
    async with server(says_nothing) as port, Prober(seconds=0.3) as prober:
        answer = await prober.ask(f"{scheme}://127.0.0.1:{port}")
    assert answer == (False, "no answer within 0.3 s")


async def test_a_real_broker_and_a_real_store_answer(infrastructure: Infrastructure) -> None:
    async with Prober() as prober:
        assert await prober.answers(with_vhost(infrastructure.amqp_url, ""))
        assert await prober.answers(infrastructure.mongo_url)


async def test_the_parts_that_a_service_calls_unwell_are_its_trouble() -> None:
    async def unwell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = json.dumps({"status": "degraded", "parts": {"store": "ok", "broker": "memory alarm"}})
        head = f"HTTP/1.1 503 no\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write((head + body).encode())
        await writer.drain()
        writer.close()

    async with server(unwell) as port, Prober() as prober:
        assert await prober.ask(f"http://127.0.0.1:{port}/health/ready") == (False, "broker: memory alarm")
