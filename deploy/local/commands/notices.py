"""`otm notices`: notices sent, by receiver and result, and sending one again."""

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer
from rich.console import Console

from deploy.local.operate import notices as history
from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson
from deploy.local.terminal.tables import local_time

notices = typer.Typer(help="What the stakeholder teams were told.", no_args_is_help=True)
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
    for notice in found:
        for line in _listed(notice):
            typer.echo(line)
    if not found:
        typer.echo("There are no such notices")


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


def _listed(notice: Mapping[str, Any]) -> Iterator[str]:
    """Yields when, to whom and how it went; what it is about; and the id by which one asks for more."""
    acknowledged = notice["acknowledged_by"] and f", acknowledged by {notice['acknowledged_by']}"
    wanted = ", to be acknowledged" if notice["needs_acknowledgement"] else ""
    yield f"{local_time(notice['created_at'])}  {notice['team']}  {notice['state']}{acknowledged or wanted}"
    yield f"  {notice['content']['subject']}"
    tries = "1 try" if notice["attempts"] == 1 else f"{notice['attempts']} tries"
    yield f"  {notice['id']}, {tries}, to {notice['address']}\n"


def _told(notice: Mapping[str, Any]) -> Iterator[str]:
    yield f"Notice {notice['id']} by the rule {notice['rule']}, {notice['urgency']}"
    yield f"To {notice['team']}, {notice['channel']} {notice['address']}"
    yield f"Made {local_time(notice['created_at'])}, {notice['state']} {local_time(notice['ended_at'] or '')}".rstrip()
    for attempt in notice["tries"]:
        at = local_time(attempt["at"])
        times = f" ({attempt['times']} times, the last then)" if attempt["times"] > 1 else ""
        yield f"  {at}: {attempt['result']} {attempt['reason'] or ''}{times}".rstrip()
    if notice["acknowledged_at"]:
        yield f"Acknowledged {local_time(notice['acknowledged_at'])} by {notice['acknowledged_by']}"
    elif notice["needs_acknowledgement"]:
        yield "Not acknowledged"
    if notice["void_at"]:
        yield f"Holds no more since {local_time(notice['void_at'])}"
    yield f"\n{notice['content']['subject']}\n\n{notice['content']['text']}"
