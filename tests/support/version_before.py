"""The version before, which a roll-out begins with, as its commit has it."""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

BEFORE = "9035e00bc288"
HERE = Path(__file__).parents[2]


def version_before(folder: Path) -> Path:
    """Returns the folder with its tree. The test is skipped where the clone does not have the commit."""
    archive = subprocess.run(["git", "-C", HERE, "archive", BEFORE, "services", "shared"], capture_output=True)
    if archive.returncode:
        pytest.skip(f"the version before, {BEFORE}, is not in this clone; in a shallow one: git fetch --unshallow")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tree:
        tree.extractall(folder, filter="data")
    return folder
