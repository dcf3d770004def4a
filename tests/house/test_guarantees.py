"""The page of guarantees names tests that there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_test_that_the_page_of_guarantees_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+(?:\.py)?)`", (ROOT / "docs" / "guarantees.md").read_text()))
    files = list((ROOT / "tests").rglob("test_*.py"))
    there = {name for file in files for name in (file.name, *re.findall(r"def (test_\w+)\(", file.read_text()))}
    assert len(named) > 20
    assert named - there == set()
