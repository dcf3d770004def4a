"""The embedded store: when what has expired is taken out."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pymongo import IndexModel

from deploy.local.stack.home import Home
from deploy.local.store.secantus import SecantusStore
from deploy.local.store.store import connect


async def test_what_has_expired_is_taken_out_at_a_start_and_by_no_sweep(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.prepare()
    store = SecantusStore(home)
    now = datetime.now(UTC)
    async with store, connect(store.url) as client:
        marks = client["otm"]["marks"]
        await marks.create_indexes([IndexModel("at", expireAfterSeconds=3_600), IndexModel("kept")])
        ages = {"old": now - timedelta(hours=2), "young": now - timedelta(minutes=59), "ageless": None}
        await marks.insert_many([{"_id": name, "at": at, "kept": name} for name, at in ages.items()])
    async with store, connect(store.url) as client:
        left = [mark["_id"] async for mark in client["otm"]["marks"].find().sort("_id", 1)]
    assert left == ["ageless", "young"]
    configuration = tomllib.loads((home.store / "secantusd.toml").read_text())
    assert configuration["storage"]["ttl_sweep_seconds"] == 0
