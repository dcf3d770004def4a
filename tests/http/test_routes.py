"""Every operation of every service is measured under its whole path, the prefix of its router included."""

import re
from pathlib import Path

import httpx
import pytest

from tests.support.apps import SERVICES
from tests.support.inside import Corner

NO_STORE = "mongodb://127.0.0.1:1/"


@pytest.mark.parametrize("name", SERVICES)
async def test_what_a_stranger_is_refused_is_measured_under_its_route(name: str, tmp_path: Path) -> None:
    service = SERVICES[name](Corner.made(tmp_path, NO_STORE, "none"), tmp_path)
    closed = {
        (method.upper(), path)
        for path, operations in service.api.openapi()["paths"].items()
        for method, operation in operations.items()
        if "security" in operation
    }
    transport = httpx.ASGITransport(service.api)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as stranger:
        for method, path in closed:
            refused = await stranger.request(method, re.sub(r"\{.*?\}", "x", path))
            assert 400 <= refused.status_code < 500, path
        measured = (await stranger.get("/metrics")).text
    assert closed
    labels = re.findall(r'_request_seconds_count\{method="(\w+)",route="([^"]*)",status="4\d\d"\}', measured)
    assert set(labels) == closed
