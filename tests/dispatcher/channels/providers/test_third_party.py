"""Batches to a third party are signed, the same on every try, and taken back where it refused them for certain."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.dispatcher.channels.channel import Deferred
from services.dispatcher.channels.providers.third_party import BatchRefused, signature
from services.dispatcher.customers.agent import Agent
from shared.errors import OtmError
from tests.dispatcher.given.sending import CUSTOMERS, Sending
from tests.support.inside import Inside
from tests.support.serving import serving


@asynccontextmanager
async def third_party(answers: list[int], got: list[tuple[dict[str, str], bytes]]) -> AsyncIterator[str]:
    async def take(request: Request) -> Response:
        got.append((dict(request.headers), await request.body()))
        return Response(status_code=answers.pop(0))

    app = Starlette(routes=[Route("/batches", take, methods=["POST"])])
    async with serving(uvicorn.Config(app, port=0, log_config=None, lifespan="off")) as url:
        yield f"{url}/batches"


@pytest.mark.parametrize(("status", "taken_back"), [(302, 1), (403, 1), (429, 1), (408, 0), (409, 0), (500, 0)])
async def test_only_what_a_third_party_refused_for_certain_counts_as_not_handed_over(
    unapproved: Inside, tmp_path: Path, status: int, taken_back: int
) -> None:
    async with third_party([status], []) as url:
        party = Sending(unapproved, tmp_path, "third-party", third_party={"url": url, "secret": "s3cret"})
        with pytest.raises(OtmError):
            await party.send()
    assert (party.handed_over, party.taken_back) == (1, taken_back)


async def test_a_third_party_gets_signed_batches_that_it_can_tell_apart(unapproved: Inside, tmp_path: Path) -> None:
    got: list[tuple[dict[str, str], bytes]] = []
    async with third_party([503, 202, 202, 422], got) as url:
        people = {2: {"agent": Agent("Tallowbridge and Pike", ("7 Saltmarsh Row",), "ZZ9 1AG")}}
        party = Sending(unapproved, tmp_path, "third-party", people, third_party={"url": url, "secret": "s3cret"})
        with pytest.raises(Deferred):
            await party.send()
        party.clock.move(minutes=1)
        await party.send()
        await party.send()
        with pytest.raises(BatchRefused):
            await party.send()
    assert len({body for _, body in got}) == 1, "again, the same bytes"
    assert {headers["idempotency-key"] for headers, _ in got} == {"OTM-26-0042:000001:third-party"}
    for headers, body in got:
        assert headers["otm-signature"] == signature("s3cret", headers["otm-timestamp"], body)
        assert headers["otm-signature"] != signature("s3cret", "0", body)
    sent = json.loads(got[0][1])["communications"]
    assert len(sent) == CUSTOMERS
    assert [n for n, each in enumerate(sent, start=1) if "agent_copy" in each] == [2]
    assert sent[1]["agent_copy"]["name"] == "Tallowbridge and Pike"
    assert "your client Gwenllian" in sent[1]["agent_copy"]["body"]
