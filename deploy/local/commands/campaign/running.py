"""Run it: `launch`, `pause`, `resume`, `stop`, `complete`."""

from collections.abc import Callable
from typing import Annotated

import typer

from deploy.local.commands.campaign.options import Caller, Reference, Why, desk, told
from deploy.local.terminal.printing import AsJson

Decision = Annotated[str | None, typer.Option(help="Of a trial: continue, change or stop.")]
STEPS = {
    "launch": (
        "/launch",
        "Let communications go out, from the date of the launch on; refused with all that is missing.",
    ),
    "pause": ("/pause", "Stop issuing at once, until it is resumed."),
    "resume": ("/resumption", "Go on, by the plan as it is now; refused with all that is missing."),
    "stop": ("/stop", "Stop issuing at once, for good."),
}
"""Command, path and what it does."""


def add_to(app: typer.Typer) -> None:
    for name, (path, help_) in STEPS.items():
        app.command(name, help=help_)(_step(path))
    app.command("complete")(complete)


def complete(
    campaign: Reference, decision: Decision = None, why: Why = "", as_json: AsJson = False, caller: Caller = "designer"
) -> None:
    """Close it when everything is done. A trial is closed with a decision: continue, change or stop, and why."""
    with desk(caller) as opened:
        told(opened.act("POST", campaign, "/completion", {"reason": why, "decision": decision}), as_json)


def _step(path: str) -> Callable[..., None]:
    def step(campaign: Reference, why: Why = "", as_json: AsJson = False, caller: Caller = "designer") -> None:
        with desk(caller) as opened:
            told(opened.act("POST", campaign, path, {"reason": why}), as_json)

    return step
