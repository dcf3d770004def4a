"""The table of docs/guidance.md: each command and each test that it names is there, and nothing is served in part."""

import re
from pathlib import Path

from typer.testing import CliRunner

from deploy.local.cli import app

ROOT = Path(__file__).parents[2]
GUIDANCE = (ROOT / "docs" / "guidance.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in GUIDANCE.split("## Other approaches")[0].splitlines()
    if line.startswith("| ") and not line.startswith("| sentence")
]
SENTENCES = 21 + 18


def test_every_sentence_names_a_test_that_exists() -> None:
    assert len(ROWS) == SENTENCES
    for _, _, named in ROWS:
        file, _, name = named.partition("::")
        assert re.search(rf"^(async )?def {name}\(", (ROOT / "tests" / file).read_text(), re.MULTILINE), named


def test_every_sentence_names_a_command_or_a_page_that_exists() -> None:
    for _, served, _ in ROWS:
        if served.startswith("[below]"):
            continue
        asked = CliRunner().invoke(app, [*served.strip("`").split()[1:], "--help"])
        assert asked.exit_code == 0, served


def test_nothing_is_served_in_part() -> None:
    assert "partly" not in GUIDANCE
    assert all(sentence and served and test for sentence, served, test in ROWS)
