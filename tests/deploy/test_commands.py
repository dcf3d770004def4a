"""Every command can be called by its name, and waits for nothing that only others need."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from deploy.local.cli import COMMANDS, app


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does(name: str) -> None:
    said = CliRunner().invoke(app, [name, "--help"])
    assert said.exit_code == 0
    assert f" {name} " in said.stdout.partition("\n\n")[0], "its usage comes first, under its own name"


def test_the_help_names_every_command() -> None:
    said = CliRunner().invoke(app, ["--help"]).stdout
    assert [name for name in COMMANDS if f" {name} " not in said] == []


def test_a_command_that_there_is_not_is_refused() -> None:
    said = CliRunner().invoke(app, ["campain"])
    assert said.exit_code == 2
    assert "No such command 'campain'" in said.output


def test_a_command_does_not_wait_for_the_modules_of_others() -> None:
    look = "import sys; from deploy.local.__main__ import app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout.split()
    assert "deploy.local.cli" in loaded
    assert not any(name.startswith(("deploy.local.commands.", "faststream", "pymongo")) for name in loaded)
