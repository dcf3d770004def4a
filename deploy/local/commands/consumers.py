"""`otm consumers`: services of other teams on the bus."""

import asyncio
import json
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.terminal.errors_shown import errors_shown
from deploy.local.terminal.printing import AsJson
from deploy.local.terminal.tables import table

consumers = typer.Typer(help="Services of other teams that listen on the bus.", no_args_is_help=True)
Team = Annotated[str, typer.Argument(help="The team's name, such as my-team.")]
Hear = Annotated[list[str] | None, typer.Option("--hear", help="A type that it hears, or a pattern: 'campaign.*'.")]
Say = Annotated[list[str] | None, typer.Option("--say", help="A type that it may say: delivery.reported.v1.")]
CATCH_UP = """It hears what is said from now on. Nothing that was said before is kept on the broker, so there is no
catch-up: read the present state over HTTP first (GET /v1/campaigns at planner, and
/v1/campaigns/REFERENCE/dispatch at dispatcher), and let ids and versions sort out what you get twice.
docs/events.md has consumers to begin with."""


@consumers.command()
def add(team: Team, hear: Hear = None, say: Say = None, as_json: AsJson = False) -> None:
    """Make its user, its permissions and its queue. Again, for a team that is there: change what it hears and says.

    The password is shown once and kept nowhere.
    """
    from deploy.local.operate.consumers import registry

    with errors_shown(Console(stderr=True)):
        made = asyncio.run(registry.add(team, hear or [], say or []))
    if as_json:
        return typer.echo(json.dumps(made))
    typer.echo(f"OTM_AMQP_URL={made['url']}" if made["new"] else f"{team} keeps its password")
    typer.echo(f"queue {made['queue']}, which hears {', '.join(made['hears'])}")
    if made["says"]:
        typer.echo(f"may say {', '.join(made['says'])}")
    return typer.echo(CATCH_UP, err=True) if made["new"] else None


@consumers.command("list")
def list_(as_json: AsJson = False) -> None:
    """Show every team with what it hears and what waits for it."""
    from deploy.local.operate.consumers import registry

    with errors_shown(Console(stderr=True)):
        rows = asyncio.run(registry.listed())
    if as_json:
        return Console().print_json(json.dumps(rows))
    shown = table(
        ("team", "waiting", "consumers", "hears"),
        [(row["team"], row["waiting"], row["consumers"], ", ".join(row["hears"])) for row in rows],
    )
    return Console().print(shown if rows else "No other team listens")


@consumers.command()
def remove(
    team: Team, discard: Annotated[bool, typer.Option("--discard", help="With the events that wait for it.")] = False
) -> None:
    """Take its user and its queues away."""
    from deploy.local.operate.consumers import registry

    with errors_shown(Console(stderr=True)):
        asyncio.run(registry.remove(team, discard))
    typer.echo(f"{team} hears nothing any more")
