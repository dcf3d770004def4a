"""The `otm` command. A further command is one more line here, and a module in `commands`."""

import typer

from deploy.local.terminal.lazy import commands_of

FOLDER = "deploy.local.commands"
COMMANDS = {
    "up": f"{FOLDER}.up:up",
    "status": f"{FOLDER}.status:status",
    "down": f"{FOLDER}.down:down",
    "logs": f"{FOLDER}.logs:logs",
    "demo": f"{FOLDER}.demo:demo",
    "preview": f"{FOLDER}.preview:preview",
    "campaign": f"{FOLDER}.campaign:campaign",
    "forecast": f"{FOLDER}.forecast:forecast",
    "capacity": f"{FOLDER}.capacity:capacity",
    "trial": f"{FOLDER}.trial:trial",
    "population": f"{FOLDER}.population:population",
    "dispatch": f"{FOLDER}.dispatch:dispatch",
    "queues": f"{FOLDER}.queues:queues",
    "outbox": f"{FOLDER}.outbox:outbox",
    "doctor": f"{FOLDER}.doctor:doctor",
    "dead-letters": f"{FOLDER}.dead_letters:dead_letters",
    "events": f"{FOLDER}.events:events",
    "consumers": f"{FOLDER}.consumers:consumers",
    "notices": f"{FOLDER}.notices:notices",
    "access": f"{FOLDER}.access:access",
    "keys": f"{FOLDER}.keys:keys",
    "audit": f"{FOLDER}.audit:audit",
    "subject": f"{FOLDER}.subject:subject",
    "backup": f"{FOLDER}.backup:backup",
    "restore": f"{FOLDER}.backup:restore",
    "migrate": f"{FOLDER}.migrate:migrate",
    "topology": f"{FOLDER}.topology:topology",
    "notify": f"{FOLDER}.notify:notify",
}
"""The modules of the commands, each imported when it is called."""

app = typer.Typer(
    cls=commands_of(COMMANDS),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # they would show keys
)


@app.callback()
def otm() -> None:
    """One to Many on one machine: a broker, a store, a mail sink and the four services."""
