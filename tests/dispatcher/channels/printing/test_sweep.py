"""Files with personal data that are no letters do not stay."""

import os
from datetime import timedelta
from pathlib import Path

from services.dispatcher.channels.printing.sweep import KEPT_FOR, PrintSweep
from tests.dispatcher.given.desk import BEFORE
from tests.support.clocks import StoppedClock


async def test_what_a_dead_writer_or_a_stopped_campaign_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "OTM-26-0042"
    folder.mkdir()
    old, new = BEFORE - KEPT_FOR - timedelta(minutes=1), BEFORE
    made = {
        ".a.csv.x.part": old,
        ".b.csv.y.part": new,
        "c.csv": old,
        "d.csv": new,
        "e.csv": old,
        "e.manifest.json": old,
    }
    for name, at in made.items():
        (folder / name).write_text("Gwenllian Example")
        os.utime(folder / name, (at.timestamp(), at.timestamp()))
    await PrintSweep(tmp_path, StoppedClock(BEFORE)).step()
    assert {file.name for file in folder.iterdir()} == set(made) - {".a.csv.x.part", "c.csv"}
