"""A database for one process alone, in a file that has no name and goes with the process."""

import sqlite3
from pathlib import Path
from tempfile import NamedTemporaryFile

CACHE_BYTES = 8_000_000  # bytes kept in memory


SCRATCH = f"""
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA temp_store = MEMORY; PRAGMA cache_size = -{CACHE_BYTES // 1024};
"""


def scratch(folder: Path, tables: str) -> sqlite3.Connection:
    """A database in a file of `folder` that nobody else can open and that is gone when it is closed."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(dir=folder) as file:
        database = sqlite3.connect(file.name, isolation_level=None)
        database.executescript(SCRATCH + tables)
        database.execute("BEGIN")
    return database
