"""A folder in memory where the machine has such: its disk would be measured otherwise."""

from pathlib import Path
from tempfile import TemporaryDirectory

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a place for folders, whose names nobody can guess


def folder_in_memory() -> TemporaryDirectory[str]:
    return TemporaryDirectory(dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None)
