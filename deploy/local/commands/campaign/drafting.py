"""Plan a campaign: `example`, `create`, `amend`, `answer`, `write-lines`, `clone`, `correct`, `submit`."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import typer

from deploy.local.commands.campaign.options import Caller, File, Reference, Seen, Why, desk, told
from deploy.local.operate.campaigns.files import as_yaml
from deploy.local.operate.document import fields_of
from deploy.local.terminal.printing import AsJson
from shared.clock import LONDON
from shared.working_days import add_working_days

TO_RESPOND = 22  # working days that customers have in an example
LATEST_LAUNCH = date(2099, 12, 31)


def add_to(app: typer.Typer) -> None:
    for command in (example, create, amend, answer, clone, correct, submit):
        app.command()(command)
    app.command("write-lines")(write_lines)


def example(
    what: Annotated[Literal["plan", "answers", "lines"], typer.Argument()],
    launch: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day of the launch.")],
    customers: Annotated[int, typer.Option(min=1, max=100_000_000)] = 2_000,
) -> None:
    """Print a file to begin with, as YAML: a whole plan, all the answers, or lines to take."""
    from deploy.local.demo.plan import LINES, answers, plan

    day = launch.date()
    if day > LATEST_LAUNCH:
        raise typer.BadParameter(f"no campaign is launched after {LATEST_LAUNCH}", param_hint="--launch")
    respond_by = add_working_days(day, TO_RESPOND)
    briefed = {"on": min(datetime.now(LONDON).date(), day).isoformat(), "by": "designer"}
    briefings = {"press_office_briefed": briefed, "communications_briefed": briefed}
    printed: dict[str, Any] = {
        "plan": plan(customers, day, respond_by) | briefings,
        "answers": answers(customers, day, respond_by),
        "lines": {"lines": LINES},
    }
    typer.echo(as_yaml(printed[what]), nl=False)


def create(file: File, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """Keep a plan as a draft; its title and regime are enough to begin with."""
    with desk(caller) as opened:
        told(opened.create("", fields_of(file)), as_json)


def amend(
    campaign: Reference,
    file: File,
    why: Why = "",
    seen: Seen = None,
    as_json: AsJson = False,
    caller: Caller = "designer",
) -> None:
    """Replace the plan. Once submitted, this re-opens the gates that the change touches."""
    with desk(caller) as opened:
        told(opened.act("PUT", campaign, "/plan", {"plan": fields_of(file), "reason": why}, seen), as_json)


def answer(
    campaign: Reference,
    file: File,
    question: Annotated[str, typer.Option(help="One question; else the file has an answer under each question.")] = "",
    as_json: AsJson = False,
    caller: Caller = "designer",
) -> None:
    """Answer questions of the assessment, for the first time or again."""
    with desk(caller) as opened:
        given = fields_of(file)
        answers = {question: given} if question else given
        for name, one in answers.items():
            answered = opened.act("PUT", campaign, f"/assessment/{name}", one)
        told(answered, as_json)


def write_lines(
    campaign: Reference, file: File, seen: Seen = None, as_json: AsJson = False, caller: Caller = "designer"
) -> None:
    """Write a new version of the lines to take; somebody else approves it."""
    with desk(caller) as opened:
        told(opened.act("PUT", campaign, "/lines-to-take", fields_of(file), seen), as_json)


def clone(campaign: Reference, title: str, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """Start from an earlier campaign, with its answers to be given again."""
    with desk(caller) as opened:
        told(opened.create(f"/{campaign}/clone", {"title": title}), as_json)


def correct(
    campaign: Reference,
    title: str,
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day of wrong letters.")],
    until: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day of wrong letters.")],
    arm: Annotated[list[str] | None, typer.Option(help="An arm whose letter was wrong; else all.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="en or cy, where one letter alone was wrong.")] = None,
    as_json: AsJson = False,
    caller: Caller = "designer",
) -> None:
    """Draft a correction to exactly those who got a wrong letter; `plan` prints it to put the right words in."""
    days = {"since": f"{since:%Y-%m-%d}", "until": f"{until:%Y-%m-%d}"}
    body = {"title": title, **days, "arms": arm or [], "languages": language or []}
    with desk(caller) as opened:
        told(opened.create(f"/{campaign}/correction", body), as_json)


def submit(campaign: Reference, seen: Seen = None, as_json: AsJson = False, caller: Caller = "designer") -> None:
    """Ask for approval; refused with all that is missing."""
    with desk(caller) as opened:
        told(opened.act("POST", campaign, "/submission", seen=seen), as_json)
