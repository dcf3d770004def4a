"""Identity comes before content, within limits of time and number, on a socket as in earnest."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.planner.app import build_app
from services.planner.settings import Settings
from shared.web import door, protocol
from tests.support.inside import Corner, Inside, inside
from tests.support.issuer import AUDIENCE, Issuer, issuer
from tests.support.raw_connection import PATIENCE_SECONDS, RawConnection, connected


@pytest.fixture
async def authority() -> AsyncIterator[Issuer]:
    async with issuer() as one:
        one.new_key("a")
        yield one


@pytest.fixture
def corner(tmp_path: Path, mongo_url: str, database: str) -> Corner:
    return Corner.made(tmp_path, mongo_url, database)


@asynccontextmanager
async def served(corner: Corner, **further: Any) -> AsyncIterator[tuple[Inside, str]]:
    async with inside(build_app(corner.settings(Settings, **further)), corner) as planner, planner.listening() as url:
        yield planner, url


async def test_a_body_without_a_key_is_not_waited_for(corner: Corner) -> None:
    async with served(corner) as (_, url), connected(url) as one:
        await one.send(f"POST /v1/campaigns HTTP/1.1\nHost: x\nContent-Length: 990000\n\n{'x' * 1_000}")
        answer = await one.to_its_end()
    assert answer.startswith("HTTP/1.1 401 ")
    assert "unauthenticated" in answer


async def test_whatever_strangers_send_they_are_counted_as_strangers(corner: Corner) -> None:
    async with served(corner) as (planner, url), httpx.AsyncClient(base_url=url) as client:
        bodies = await asyncio.gather(*(client.post("/v1/campaigns", content=b"{x") for _ in range(60)))
        queries = await asyncio.gather(*(client.get("/v1/campaigns?no=1") for _ in range(60)))
        known = await client.get("/v1/campaigns", headers=planner.key("designer"))
    assert {answer.status_code for answer in bodies} == {401, 429}
    assert {answer.status_code for answer in queries} <= {401, 429}
    assert known.status_code == 200


async def test_a_good_token_is_served_whatever_strangers_do_at_its_address(corner: Corner, authority: Issuer) -> None:
    oauth = {"issuer": "https://issuer", "audience": AUDIENCE, "jwks_url": authority.url}
    async with served(corner, oauth=oauth) as (_, url), httpx.AsyncClient(base_url=url) as client:
        tries = ({"Authorization": f"Bearer otm_{n}_x"} for n in range(60))
        answers = await asyncio.gather(*(client.get("/v1/campaigns", headers=each) for each in tries))
        wrong = {answer.status_code for answer in answers}
        good = [
            (await client.get("/v1/campaigns", headers={"Authorization": f"Bearer {token}"})).status_code
            for token in (authority.token("a", sub=f"s{n}", scope="campaigns:read") for n in range(20))
        ]
    assert 429 in wrong
    assert set(good) == {200}


@pytest.mark.parametrize(("trusted", "limited"), [((), True), (("127.0.0.1",), False)])
async def test_forwarded_addresses_are_believed_of_trusted_proxies_alone(
    corner: Corner, trusted: tuple[str, ...], limited: bool
) -> None:
    async with served(corner, trusted_proxies=trusted) as (_, url), httpx.AsyncClient(base_url=url) as client:
        tries = ({"X-Forwarded-For": f"10.0.0.{n}"} for n in range(60))
        answers = await asyncio.gather(*(client.get("/v1/campaigns", headers=each) for each in tries))
    assert (429 in {answer.status_code for answer in answers}) is limited


async def test_a_request_with_two_lengths_is_refused_and_what_is_in_it_never_looked_at(corner: Corner) -> None:
    async with served(corner) as (planner, url), connected(url) as one:
        key = planner.key("designer")["Authorization"]
        await one.send(
            f"POST /v1/campaigns HTTP/1.1\nHost: x\nAuthorization: {key}\nContent-Type: application/json\n"
            "Content-Length: 70\nTransfer-Encoding: chunked\n\n0\n\nGET /health/live HTTP/1.1\nHost: x\n\n"
        )
        answer = await one.to_its_end()
    assert answer.startswith("HTTP/1.1 400 ")
    assert "not both" in answer
    assert answer.count("HTTP/1.1 ") == 1


@pytest.mark.parametrize("sent", ["", "GET /health/live HTTP/1.1\nHost: x\nX-Slow: "])
async def test_a_head_that_does_not_come_ends_the_connection(
    corner: Corner, monkeypatch: pytest.MonkeyPatch, sent: str
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)
    async with served(corner) as (_, url), connected(url) as one:
        await one.send(sent)
        assert await one.to_its_end() == ""


async def test_a_body_that_does_not_come_is_given_up(corner: Corner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "BODY_IDLE_SECONDS", 0.3)
    async with served(corner) as (planner, url), connected(url) as one:
        key = planner.key("designer")["Authorization"]
        await one.send(
            f"POST /v1/campaigns HTTP/1.1\nHost: x\nAuthorization: {key}\nContent-Type: application/json\n"
            'Content-Length: 500\n\n{"title": '
        )
        answer = await one.to_its_end()
    assert answer.startswith("HTTP/1.1 408 ")
    assert json.loads(answer.rpartition("\r\n")[2])["code"] == "too-slow"


async def test_a_body_that_keeps_coming_is_given_up_all_the_same_when_it_takes_too_long(
    corner: Corner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "BODY_SECONDS", 0.5)
    async with served(corner) as (planner, url), connected(url) as one:
        key = planner.key("designer")["Authorization"]
        await one.send(
            f"POST /v1/campaigns HTTP/1.1\nHost: x\nAuthorization: {key}\nContent-Type: application/json\n"
            "Content-Length: 900000\n\n"
        )
        dripping = asyncio.create_task(drip(one))
        answer = await one.first_line()
        dripping.cancel()
    assert answer.startswith("HTTP/1.1 408 ")


async def drip(slow: RawConnection) -> None:
    with suppress(ConnectionError):
        while True:
            await slow.send("x")
            await asyncio.sleep(0.02)


async def test_a_client_that_takes_no_answers_is_cut_off(corner: Corner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "STALLED_SECONDS", 0.5)
    async with served(corner) as (_, url), connected(url, receive_bytes=4_096) as greedy:
        async with asyncio.timeout(PATIENCE_SECONDS):
            with pytest.raises(ConnectionError):
                await ask_for_ever(greedy)


async def ask_for_ever(greedy: RawConnection) -> None:
    while True:
        await greedy.send("GET /openapi.json HTTP/1.1\nHost: x\n\n" * 20)
        await asyncio.sleep(0.1)


async def test_one_connection_too_many_is_closed_and_those_before_it_are_served(corner: Corner) -> None:
    async with served(corner, http_connections=2) as (_, url), connected(url) as one, connected(url) as two:
        for each in (one, two):
            await each.send("GET /health/live HTTP/1.1\nHost: x\n")
        await asyncio.sleep(0.1)
        async with connected(url) as three:
            assert await three.to_its_end() == ""
        for each in (one, two):
            await each.send("Connection: close\n\n")
            assert (await each.to_its_end()).startswith("HTTP/1.1 200 ")
