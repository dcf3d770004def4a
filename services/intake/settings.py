"""The settings of intake."""

import tempfile
from pathlib import Path

from shared.running.settings import ServiceSettings


class Settings(ServiceSettings):
    """`overdue_every`: seconds between looks for what was volunteered and not dealt with in time;
    `watch_every`, at contacts against their forecast. `spool_folder`: where signed streams wait until whole."""

    mongo_database: str = "otm_intake"
    overdue_every: float = 60.0
    watch_every: float = 0.5
    retention_file: Path = Path(__file__).with_name("retention.yaml")
    spool_folder: Path = Path(tempfile.gettempdir())
