"""Dispatcher says what it can issue, once, and again when it can do something else."""

import json
from pathlib import Path
from typing import Any

from services.dispatcher.app import build_app
from services.dispatcher.channels.offering import Offering
from services.dispatcher.settings import Settings
from shared.contracts import ChannelsOffered
from tests.support.inside import Corner, inside


async def offers(corner: Corner, folder: Path, **further: Any) -> list[dict[str, Any]]:
    """Starts dispatcher with these settings, and returns every offer that waits to be said."""
    settings = corner.settings(Settings, print_folder=folder / "letters", spool_folder=folder / "spool", **further)
    async with inside(build_app(settings), corner) as running:
        for _ in range(2):
            await running.part(Offering).say()
        return [json.loads(each.body) for each in await running.said() if each.type == ChannelsOffered.event_type]


async def test_the_channels_are_said_once_and_again_when_the_settings_differ(
    tmp_path: Path, mongo_url: str, database: str
) -> None:
    corner = Corner.made(tmp_path, mongo_url, database)
    (first,) = await offers(corner, tmp_path)
    assert [(c["code"], c["agent_copies"], c["a_day"]) for c in first["channels"]] == [("print", True, None)]
    assert first["channels"][0]["languages"] == ["en", "cy"]
    smtp = {"host": "mail.example", "sender": "otm@authority.example", "limits": {"a_day": 500}}
    said = await offers(corner, tmp_path, smtp=smtp, print_limits={"a_day": 20_000})
    assert [[(c["code"], c["a_day"]) for c in offer["channels"]] for offer in said] == [
        [("print", None)], [("email", 500), ("print", 20_000)],
    ]  # fmt: skip
    assert len(await offers(corner, tmp_path)) == 3, "as it was at first is another offer again"
