"""A campaign of the demo, backed up, restored into a new folder, and reconciled there."""

import shutil
from pathlib import Path

import pytest
from rich.console import Console

from deploy.local.demo.people import population_csv
from deploy.local.demo.play import play
from deploy.local.stack.home import Home
from deploy.local.stack.settings import LocalSettings
from tests.deploy.given.otm import Otm

pytestmark = [pytest.mark.long, pytest.mark.stack]
KEPT_APART = ("keyring", "access", "credentials", "audit_heads", "clock")
"""Files of a home folder that are no part of a backup."""


async def reconciled(otm: Otm, campaign: str) -> tuple[object, object]:
    """Returns what the running stack says of the campaign's letters: the reconciliation and the counts."""
    answer = await otm("dispatch", "reconcile", campaign, "--json")
    assert answer.code == 0, answer.said
    return answer.json, (await otm("dispatch", "status", campaign, "--json")).json["ledger"]


async def test_a_restored_campaign_is_reconciled_as_it_was(tmp_path: Path) -> None:
    home, new, file = Home(tmp_path / "otm"), Home(tmp_path / "new"), str(tmp_path / "backup.tar.gz")
    console = Console(file=(tmp_path / "said").open("w"))
    otm, restored = Otm(home, LocalSettings()), Otm(new, LocalSettings())
    try:
        outcome = await play(home, list(population_csv(2_000, 7, agents=True)), keep=True, console=console)
        before = await reconciled(otm, outcome.campaign)
        assert (await otm("backup", file)).code == 1, "services run"
        assert (await otm("down")).code == 0
        written = await otm("backup", file)
        assert written.code == 0, written.said

        new.prepare()
        for name in KEPT_APART:
            if getattr(home, name).exists():
                shutil.copy(getattr(home, name), getattr(new, name))
        shutil.copytree(home.letters, new.letters, dirs_exist_ok=True)
        put_back = await restored("restore", file)
        assert put_back.code == 0, put_back.said
        assert put_back.printed == written.printed.replace("is written", "is restored")
        up = await restored("up", "--detach")
        assert up.code == 0, up.said
        assert await reconciled(restored, outcome.campaign) == before
        verified = await restored("audit", "verify")
        assert verified.code == 0, verified.said + verified.printed
    finally:
        for stack in (otm, restored):
            await stack("down")
