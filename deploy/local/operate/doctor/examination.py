"""The examination as a whole: every part at the same time, each for a few seconds at most."""

import asyncio
import os
from collections.abc import Awaitable, Iterable, Mapping

from pydantic import BaseModel, computed_field

from deploy.local.broker.management import Management
from deploy.local.errors import StackError
from deploy.local.operate.doctor import broker, machine, services, store, topology
from deploy.local.operate.doctor.finding import Finding, many
from deploy.local.operate.protection.operators import address
from deploy.local.stack.home import Home
from deploy.local.stack.services import SERVICES
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.state import StackState
from shared.messaging.names import vhost_of

SECONDS = 10.0
NAME_IT = "start the stack (`otm up`), or name what runs elsewhere by the variable that is mentioned"
MIGRATE = "run `otm migrate run`, or the migrations job: services of this version do not start before"
API = "turn RabbitMQ's plugin rabbitmq_management on, and put OTM_MANAGEMENT_URL right (http://user:password@host:port)"


class Examination(BaseModel, frozen=True):
    findings: list[Finding]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def well(self) -> bool:
        return all(finding.well for finding in self.findings)


async def examine() -> Examination:
    """Looks at everything once. What cannot be looked at is a finding too."""
    home = Home(LocalSettings().home)
    found = await asyncio.gather(
        _asked("broker", _broker()),
        _asked("topology", _topology(), API),
        _asked("store", _store()),
        _asked("services", services.examined(_urls(home))),
    )
    machines = [machine.disk(home.folder), machine.versions()]
    return Examination(findings=[*(finding for findings in found for finding in findings), *machines])


async def _broker() -> list[Finding]:
    return [await broker.reached(address("amqp"))]


async def _topology() -> list[Finding]:
    vhost = vhost_of(address("amqp"))
    async with Management(address("management"), SECONDS / 2) as management:
        there = await topology.on_broker(management, vhost)
        return [
            await broker.alarms(management),
            *await broker.nodes(management),
            *topology.drift(there),
            topology.unheard(there),
            *topology.left_over(there),
        ]


async def _store() -> list[Finding]:
    return [*await store.examined(address("mongo")), await _migrations()]


async def _migrations() -> Finding:
    """Imports what looks only now: it brings all services with it."""
    from deploy.local.operate.migrations import keyring_here, pending

    looked = await pending(address("mongo"), SERVICES, keyring=keyring_here())
    left = {name: each.words for name, each in looked.items() if each.words}
    words = "; ".join(f"{name}: {many(missing)}" for name, missing in left.items())
    return Finding(part="migrations", words=words or "nothing is pending", remedy=MIGRATE if left else "")


async def _asked(part: str, findings: Awaitable[Iterable[Finding]], remedy: str = NAME_IT) -> list[Finding]:
    try:
        async with asyncio.timeout(SECONDS):
            return list(await findings)
    except TimeoutError:
        return [Finding(part=part, words=f"no answer within {SECONDS:g} s", remedy=remedy)]
    except StackError as error:
        return [Finding(part=part, words=str(error), remedy=remedy)]


def _urls(home: Home) -> Mapping[str, str]:
    """Returns the addresses that OTM_<SERVICE>_URL name, and of the other services those of the running stack."""
    state = StackState.read(home.state)
    running = state.urls if state.running else {}
    given = {name: url for name in SERVICES if (url := os.environ.get(f"OTM_{name.upper()}_URL", "").rstrip("/"))}
    return {name: url for name, url in running.items() if name.partition("-")[0] not in given} | given
