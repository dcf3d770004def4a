"""`otm notices`: notices sent, by receiver and result, and sending one again."""

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from deploy.local.operate import notices as history
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson

notices = typer.Typer(help="What the stakeholder teams were told.", no_args_is_help=True)
COLUMNS = ("made", "team", "to", "subject", "state", "tries", "acknowledged")
ID = 36  # characters, all of which one needs to ask for more
Notice = Annotated[str, typer.Argument(help="A notice's id, as `otm notices list` shows it.")]


def _filter(name: str) -> Any:
    return typer.Option(help=f"Only those of this {name}.")


@notices.command("list")
def list_(
    campaign: Annotated[str | None, _filter("campaign")] = None,
    team: Annotated[str | None, _filter("team")] = None,
    rule: Annotated[str | None, _filter("rule")] = None,
    state: Annotated[str | None, _filter("state: pending, sending, sent, failed or void")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    as_json: AsJson = False,
) -> None:
    """The newest first."""
    asked = {"campaign": campaign, "team": team, "rule": rule, "state": state}
    with errors_shown(Console(stderr=True)):
        found = history.listed({name: value for name, value in asked.items() if value}, limit)
    if as_json:
        Console().print_json(json.dumps(found))
        return
    table = Table(Column("notice", no_wrap=True, min_width=ID), *COLUMNS)
    for notice in found:
        table.add_row(*(escape(cell) for cell in _row(notice)))
    Console().print(table if found else "There are no such notices")


@notices.command()
def show(notice: Notice, as_json: AsJson = False) -> None:
    """Show a notice's text, its receiver, and how every attempt ended."""
    with errors_shown(Console(stderr=True)):
        found = history.shown(notice)
    if as_json:
        Console().print_json(json.dumps(found))
        return
    for line in _told(found):
        typer.echo(line)


@notices.command()
def resend(notice: Notice) -> None:
    """Send it once more, under a new message id. Who did it is kept in notifier's audit trail."""
    with errors_shown(Console(stderr=True)):
        sent = history.resend(notice)
    typer.echo(f"On its way again to {sent['team']}, {sent['address']}")


@notices.command()
def calendar(
    team: Annotated[str, typer.Argument(help="A team's code.")],
    rotate: Annotated[bool, typer.Option("--rotate", help="Make a new link; the old one leads nowhere then.")] = False,
) -> None:
    """The secret link of a team's calendar of launches and waves."""
    with errors_shown(Console(stderr=True)):
        typer.echo(history.calendar_link(team, rotate))


def _row(notice: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        notice["id"],
        notice["created_at"][:16],
        notice["team"],
        notice["address"],
        notice["content"]["subject"],
        notice["state"],
        str(notice["attempts"]),
        notice["acknowledged_by"] or ("wanted" if notice["needs_acknowledgement"] else ""),
    )


def _told(notice: Mapping[str, Any]) -> Iterator[str]:
    yield f"Notice {notice['id']} by the rule {notice['rule']}, {notice['urgency']}"
    yield f"To {notice['team']}, {notice['channel']} {notice['address']}"
    yield f"Made {notice['created_at']}, {notice['state']} {notice['ended_at'] or ''}".rstrip()
    for attempt in notice["tries"]:
        times = f" ({attempt['times']} times, the last then)" if attempt["times"] > 1 else ""
        yield f"  {attempt['at']} {attempt['result']} {attempt['reason'] or ''}{times}".rstrip()
    if notice["acknowledged_at"]:
        yield f"Acknowledged {notice['acknowledged_at']} by {notice['acknowledged_by']}"
    elif notice["needs_acknowledgement"]:
        yield "Not acknowledged"
    if notice["void_at"]:
        yield f"Holds no more since {notice['void_at']}"
    yield f"\n{notice['content']['subject']}\n\n{notice['content']['text']}"
