"""`otm trial` and `otm campaign complete` of a campaign's own trial, over a socket, as docs/trials.md has them."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.local.cli import app
from services.planner.progress.ports import ProgressRepository
from shared.contracts import DispatchCompleted
from tests.planner.evaluation.test_results import LATE, at, trial
from tests.planner.given.people import People
from tests.support.inside import Inside
from tests.support.samples import sample

CAMPAIGN = "OTM-26-0001"
__all__ = ["trial"]


def last(answer: Any) -> dict[str, Any]:
    """Returns the JSON in the last line: the service beside the command logs to the same output."""
    found: dict[str, Any] = json.loads(answer.output.splitlines()[-1])
    return found


async def test_a_trial_is_followed_looked_at_exported_published_and_closed_at_the_command_line(
    planner: Inside, trial: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    await planner.part(ProgressRepository).dispatch_completed(sample(DispatchCompleted, campaign=CAMPAIGN))

    async def otm(subject: str, *words: str) -> Any:
        monkeypatch.setenv("OTM_KEY", planner.key(subject)["Authorization"].removeprefix("Bearer "))
        return await asyncio.to_thread(CliRunner().invoke, app, words)

    async with planner.listening() as url:
        monkeypatch.setenv("OTM_PLANNER_URL", url)
        early = await otm("analyst", "trial", "analyse", CAMPAIGN)
        refused = await otm("analyst", "trial", "publish", CAMPAIGN)
        at(planner, LATE)
        shown = await otm("analyst", "trial", "analyse", CAMPAIGN, "--json")
        exported = await otm("analyst", "trial", "export", CAMPAIGN, "export.zip")
        again = await otm("analyst", "trial", "analyse", "export.zip")
        published = await otm("analyst", "trial", "publish", CAMPAIGN)
        silent = await otm("designer", "campaign", "complete", CAMPAIGN, "-r", "The norm does better")
        closed = await otm(
            "designer", "campaign", "complete", CAMPAIGN, "--decision", "change", "-r", "The norm does better"
        )
        status = await otm("designer", "trial", "status", CAMPAIGN, "--plan", "plan.json")
    assert "nothing to conclude" in early.output
    assert (refused.exit_code, "wait until everybody has had 30 days" in refused.output) == (1, True)
    assert (shown.exit_code, last(shown)["stands"]) == (0, True)
    assert (exported.exit_code, "export.zip: " in exported.output) == (0, True), exported.output
    assert (again.exit_code, "The numbers are those in the export." in again.output) == (0, True), again.output
    assert (published.exit_code, "raised `disclosed` within 30 days" in published.output) == (0, True)
    assert (silent.exit_code, "decision" in silent.output) == (1, True)
    assert (closed.exit_code, "is completed" in closed.output) == (0, True), closed.output
    for said in ("4,000 customers allocated", "Looked at early by analyst", "Published by analyst", "designer: change"):
        assert said in status.output, status.output
    assert (await otm("designer", "trial", "verify-seal", "plan.json", last(shown)["seal"])).exit_code == 0
