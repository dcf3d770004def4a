"""Every service keeps to its own OpenAPI document, whatever it is sent."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.local.operate.protection.scopes import scopes
from deploy.local.stack import access
from tests.http.asking import wrong_answers
from tests.support.apps import SERVICES
from tests.support.inside import Corner, inside

FUZZ_MINUTES = float(os.environ.get("OTM_FUZZ_MINUTES", "60"))
"""Minutes for all services together."""
EXAMPLES_PER_ROUND = 25


@asynccontextmanager
async def serving(name: str, folder: Path, mongo_url: str, database: str) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """The service on a socket; gives its URL, and the headers of somebody who may do everything."""
    corner = Corner.made(folder, mongo_url, database)
    entry: dict[str, Any] = {
        "subject": "everybody", "kind": "machine", "scopes": scopes(), "team": "disclosure-team", "rate": 100_000,
    }  # fmt: skip
    key = access.create(corner.home, entry, None, datetime.now(UTC))
    async with inside(SERVICES[name](corner, folder), corner) as service, service.listening() as url:
        yield url, {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize("name", SERVICES)
async def test_every_operation_answers_as_it_says(name: str, tmp_path: Path, mongo_url: str, database: str) -> None:
    async with serving(name, tmp_path, mongo_url, database) as (url, headers):
        wrong = await asyncio.to_thread(list, wrong_answers(url, headers, 3))
    assert wrong == [], "\n\n".join(wrong)


@pytest.mark.long
@pytest.mark.parametrize("name", SERVICES)
async def test_every_operation_answers_as_it_says_for_minutes(
    name: str, tmp_path: Path, mongo_url: str, database: str
) -> None:
    """Round after round, each with other requests than the one before; what is wrong is told with its round."""
    until, drawn_by, wrong = time.monotonic() + FUZZ_MINUTES * 60 / len(SERVICES), 0, set[str]()
    async with serving(name, tmp_path, mongo_url, database) as (url, headers):
        while time.monotonic() < until:
            drawn_by += 1
            found = wrong_answers(url, headers, EXAMPLES_PER_ROUND, drawn_by, until)
            wrong |= {f"round {drawn_by}: {each}" for each in await asyncio.to_thread(list, found)}
    assert not wrong, "\n\n".join(sorted(wrong))
