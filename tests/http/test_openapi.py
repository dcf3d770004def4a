"""Every service keeps to its own OpenAPI document, whatever it is sent."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.local.operate.scopes import scopes
from deploy.local.stack import access
from tests.http.asking import wrong_answers
from tests.support.apps import SERVICES
from tests.support.inside import Corner, inside


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("examples", [3, pytest.param(100, marks=pytest.mark.long)])
async def test_every_operation_answers_as_it_says(
    name: str, examples: int, tmp_path: Path, mongo_url: str, database: str
) -> None:
    corner = Corner.made(tmp_path, mongo_url, database)
    entry: dict[str, Any] = {
        "subject": "everybody", "kind": "machine", "scopes": scopes(), "team": "disclosure-team", "rate": 100_000,
    }  # fmt: skip
    key = access.create(corner.home, entry, None, datetime.now(UTC))
    async with inside(SERVICES[name](corner, tmp_path), corner) as service, service.listening() as url:
        wrong = await asyncio.to_thread(list, wrong_answers(url, {"Authorization": f"Bearer {key}"}, examples))
    assert wrong == [], "\n\n".join(wrong)
