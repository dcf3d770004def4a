"""Ordinary clients send all of a stream before they read any of its answer, and some go away in the middle."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
from structlog.testing import capture_logs

from services.intake.contacts import stream
from services.intake.contacts.stream import LINES_PER_COMMIT
from services.intake.ndjson import MOST_LINES, Line, batches
from services.intake.outcomes import file
from shared.web.bodies import streaming
from tests.intake.given.letters import contacts_kept
from tests.intake.given.streams import BATCH, line
from tests.support.inside import Inside

NARROW = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)]
"""Bytes: the system's own buffers take little of an answer that is not read yet."""


@pytest.mark.long
@pytest.mark.parametrize("path", [BATCH, "/v1/outcomes/file"])
async def test_a_client_that_sends_it_all_before_it_reads_has_every_answer(
    intake: Inside, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Far more of both than the buffers between the two hold. Most lines are refused, which takes the store no time."""
    bad = json.dumps({f"field_{n}": "x" * 90 for n in range(5)}).encode()
    good = (
        line()
        if path == BATCH
        else json.dumps({"letter_reference": "7KM2X-Q4R9E", "outcome": "paid", "on": "2026-10-02"}).encode()
    )
    lines = [bad] * (MOST_LINES - 1) + [good]
    subject = "helpline" if path == BATCH else "analyst"
    transport = httpx.AsyncHTTPTransport(socket_options=NARROW)
    async with intake.listening() as url, httpx.AsyncClient(base_url=url, transport=transport, timeout=60) as client:
        async with asyncio.timeout(300):
            answer = await client.post(path, content=b"\n".join(lines), headers=intake.key(subject))
    answers = [json.loads(each) for each in answer.text.splitlines()]
    assert [each["line"] for each in answers] == list(range(1, MOST_LINES + 1))
    assert [each["status"] for each in answers] == [422] * (MOST_LINES - 1) + [201]


async def test_little_of_what_waits_is_in_memory_and_all_of_it_comes_out_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streaming, "IN_MEMORY", 1_000)
    answers = [bytes([n]) * 90 for n in range(100)]
    with streaming.Waiting() as waiting:
        for answer in answers[:60]:
            waiting.put(answer)
        begun = [await waiting.take() for _ in range(30)]
        for answer in answers[60:]:
            waiting.put(answer)
        waiting.end()
        assert begun + [await waiting.take() for _ in range(71)] == [*answers, None]


@pytest.mark.parametrize("path", [BATCH, "/v1/outcomes/file"])
async def test_an_answer_that_has_begun_and_fails_by_a_fault_of_ours_ends_with_a_line_that_says_so(
    intake: Inside, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(chunks: AsyncIterator[bytes], _size: int) -> AsyncIterator[list[Line]]:
        async for batch in batches(chunks, 1):
            yield batch
            raise RuntimeError("Mrs Jones of 1 High Street")

    for reader in (stream, file):
        monkeypatch.setattr(reader, "batches", failing)
    async with intake.caller("helpline" if path == BATCH else "analyst") as caller:
        answer = await caller.post(path, content=b"{}\n{}\n")
    first, last = map(json.loads, answer.text.splitlines())
    assert (answer.status_code, first["line"], first["status"]) == (200, 1, 422)
    assert (last["status"], "line" in last) == (503, False)
    assert "send the lines without one again" in last["problem"]
    assert "Jones" not in answer.text


async def test_lines_before_a_sender_broke_off_are_kept_and_nothing_is_logged_as_our_fault(
    intake: Inside,
) -> None:
    body = b"\n".join(line() for _ in range(LINES_PER_COMMIT + 10))
    asked = [f"POST {BATCH} HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked"]
    asked += [f"{name}: {value}" for name, value in intake.key("helpline").items()]
    with capture_logs() as logs:
        async with intake.listening() as url:
            reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(url).port)
            writer.write("\r\n".join([*asked, "", ""]).encode() + b"%x\r\n%b\r\n" % (len(body), body))
            assert b" 200 " in await asyncio.wait_for(reader.readline(), 30)
            while await contacts_kept(intake) < LINES_PER_COMMIT:
                await asyncio.sleep(0.01)
            writer.close()
            async with asyncio.timeout(30):
                while "a stream was broken off by its sender" not in (each["event"] for each in logs):
                    await asyncio.sleep(0.01)
    assert "unexpected error" not in (each["event"] for each in logs)
    assert await contacts_kept(intake) == LINES_PER_COMMIT
