"""The `otm` command. A further command is one more line here, and a module in `commands`."""

import typer

from deploy.local.commands.access import access
from deploy.local.commands.audit import audit
from deploy.local.commands.campaign import campaign
from deploy.local.commands.capacity import capacity
from deploy.local.commands.dead_letters import dead_letters
from deploy.local.commands.demo import demo
from deploy.local.commands.dispatch import dispatch
from deploy.local.commands.down import down
from deploy.local.commands.forecast import forecast
from deploy.local.commands.keys import keys
from deploy.local.commands.logs import logs
from deploy.local.commands.notices import notices
from deploy.local.commands.notify import notify
from deploy.local.commands.population import population
from deploy.local.commands.preview import preview
from deploy.local.commands.status import status
from deploy.local.commands.subject import subject
from deploy.local.commands.trial import trial
from deploy.local.commands.up import up

app = typer.Typer(
    help="One to Many on one machine: a broker, a store, a mail sink and the four services.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # they would show keys
)
app.command()(up)
app.command()(status)
app.command()(down)
app.command()(logs)
app.command()(demo)
app.command()(preview)
app.add_typer(campaign, name="campaign")
app.add_typer(forecast, name="forecast")
app.add_typer(capacity, name="capacity")
app.add_typer(trial, name="trial")
app.add_typer(population, name="population")
app.add_typer(dispatch, name="dispatch")
app.add_typer(dead_letters, name="dead-letters")
app.add_typer(notices, name="notices")
app.add_typer(access, name="access")
app.add_typer(keys, name="keys")
app.add_typer(audit, name="audit")
app.add_typer(subject, name="subject")
app.add_typer(notify, name="notify")
