"""`otm campaign`: from an idea to a launch, or to a decision to do something else."""

import typer

from deploy.local.commands.campaign import agreeing, drafting, files, outlook, reading, refits, running

campaign = typer.Typer(help="Plan campaigns, agree to them, launch and stop them.", no_args_is_help=True)
for module in (reading, drafting, files, outlook, agreeing, running, refits):
    module.add_to(campaign)
