"""The settings of intake."""

import tempfile
from pathlib import Path

from shared.running.settings import ServiceSettings


class Settings(ServiceSettings):
    """`overdue_every`: seconds between looks for what was volunteered and not dealt with in time; `retention_every`,
    for what has been kept for long enough; `watch_every`, at contacts against
    their forecast. `spool_folder`: where signed streams wait until they are whole."""

    mongo_database: str = "otm_intake"
    overdue_every: float = 60.0
    watch_every: float = 0.5
    retention_every: float = 3_600.0
    retention_file: Path = Path(__file__).parent / "privacy" / "retention.yaml"
    spool_folder: Path = Path(tempfile.gettempdir())
