"""One whole campaign on the stack in containers: `python -m deploy.compose.demo`, once it is up with `standin.yaml`.

It needs the embedded store's compose file, by which the services follow the clock of the demo and their ports are on
this machine. The stack should be new: figures are counted over all that it holds.
"""

import asyncio
import json
import os
import sys

from rich.console import Console

from deploy.compose.prepare import STANDIN, VHOST, folder_of_the_stack, prepare
from deploy.local.commands.population import SEED
from deploy.local.demo.display import LiveDisplay, show
from deploy.local.demo.figures import Outcome
from deploy.local.demo.journey import Journey
from deploy.local.demo.people import population_csv
from deploy.local.stack.home import Home
from deploy.local.stack.services import SERVICES

CUSTOMERS = 2_000
FIRST_PORT = 8101
"""The port of planner; those of the others follow, and then the broker's."""


def addresses(home: Home) -> dict[str, str]:
    """Returns the addresses that `standin.yaml` gives the services and the broker on this machine."""
    ports = {name: os.environ.get(f"OTM_{name.upper()}_PORT", str(FIRST_PORT + place))
             for place, name in enumerate((*SERVICES, "broker"))}  # fmt: skip
    password = json.loads((home.folder / "passwords.json").read_text())["operations"]
    authority = home.folder / "secrets" / "ca.pem"
    broker = f"amqps://operations:{password}@localhost:{ports['broker']}/{VHOST}?cafile={authority}"
    return {name: f"http://127.0.0.1:{ports[name]}" for name in SERVICES} | {"amqp": broker}


async def play(console: Console, patience: float = 120) -> Outcome:
    home = prepare(folder_of_the_stack(), STANDIN)
    population = list(population_csv(CUSTOMERS, SEED, agents=True))
    display = LiveDisplay(console)
    try:
        return await Journey(home, addresses(home), population, display, patience).play()
    finally:
        display.stop()


def main() -> int:
    outcome = asyncio.run(play(Console(stderr=True)))
    show(Console(), outcome)
    return 0 if outcome.holds else 1


if __name__ == "__main__":
    sys.exit(main())
