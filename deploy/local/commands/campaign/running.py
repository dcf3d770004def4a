"""Run it: `launch`, `pause`, `resume`, `stop`, `complete`."""

from collections.abc import Callable

import typer

from deploy.local.commands.campaign.options import Caller, Reference, Why, desk, told
from deploy.local.terminal.printing import AsJson

STEPS = {
    "launch": (
        "/launch",
        "Let communications go out, from the date of the launch on; refused with all that is missing.",
    ),
    "pause": ("/pause", "Stop issuing at once, until it is resumed."),
    "resume": ("/resumption", "Go on, by the plan as it is now; refused with all that is missing."),
    "stop": ("/stop", "Stop issuing at once, for good."),
    "complete": ("/completion", "Close it when everything is done."),
}
"""Command, path and what it does."""


def add_to(app: typer.Typer) -> None:
    for name, (path, help_) in STEPS.items():
        app.command(name, help=help_)(_step(path))


def _step(path: str) -> Callable[..., None]:
    def step(campaign: Reference, why: Why = "", as_json: AsJson = False, caller: Caller = "designer") -> None:
        with desk(caller) as opened:
            told(opened.act("POST", campaign, path, {"reason": why}), as_json)

    return step
