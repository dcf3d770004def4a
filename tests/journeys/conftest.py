"""Fixtures of journeys that need no broker."""

from pathlib import Path

import pytest

from tests.support.clocks import NOON
from tests.support.inside import Corner


@pytest.fixture
def corner(tmp_path: Path, mongo_url: str, database: str) -> Corner:
    """A store of the test's own."""
    made = Corner.made(tmp_path, mongo_url, database)
    made.move_clock(NOON)
    return made
