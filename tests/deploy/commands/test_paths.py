"""Paths that cannot be written are named before anything else is done."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.local.cli import app


@pytest.mark.parametrize(
    "command",
    [
        ("population", "load", "given", "--campaign", "OTM-26-0001", "--rejected", "no-folder/rejected.csv"),
        ("preview", "given", "--output", "no-folder/letter.pdf"),
    ],
)
def test_a_path_that_cannot_be_written_is_said_before_a_service_is_looked_for(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("given").write_text("# Subject\n\nBody\n")
    done = CliRunner().invoke(app, [*command], env={"OTM_HOME": str(tmp_path / "otm")})
    assert done.exit_code == 1
    assert f"{command[-1]} cannot be written: No such file or directory" in done.output
    assert "otm up" not in done.output
