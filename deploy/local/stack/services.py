"""The service processes."""

import asyncio
import sys
from collections.abc import Mapping, Sequence

from deploy.local.processes.component import Component, together
from deploy.local.processes.program import HUNG_AFTER_SECONDS, Program
from deploy.local.processes.supervised import Supervised
from deploy.local.stack.access import ensure_access
from deploy.local.stack.environment import Wiring, service_environment
from deploy.local.stack.home import Home
from deploy.local.stack.keyring import ensure_keyring
from deploy.local.stack.ports import Ports
from deploy.local.stack.state import Watch, unwatched
from shared.protection import load_keyring

SERVICES = ("planner", "dispatcher", "intake", "notifier")


class Services(Component):
    """One set of services, each in so many replicas, every replica a process with its own port, log and restarts.

    `commands` runs something else in place of a service; `environment` adds variables to a service's own. Both by the
    name of a service, or by that of one replica, such as `planner-2`.
    """

    def __init__(
        self,
        home: Home,
        wiring: Wiring,
        *,
        replicas: int = 1,
        names: Sequence[str] = SERVICES,
        commands: Mapping[str, Sequence[str]] | None = None,
        environment: Mapping[str, Mapping[str, str]] | None = None,
        hung_after: float = HUNG_AFTER_SECONDS,
        watch: Watch = unwatched,
    ) -> None:
        self._home, self._wiring, self._hung_after = home, wiring, hung_after
        self._commands, self._environment = commands or {}, environment or {}
        home.prepare()
        self._replicas = {
            (name, number): Supervised(self._program(name, number), home.logs, watch)
            for name in names
            for number in range(1, replicas + 1)
        }

    def replica(self, name: str, number: int = 1) -> Supervised:
        """One process, to be killed, stopped, started or waited for on its own. Numbered from 1."""
        return self._replicas[name, number]

    def url(self, name: str, number: int = 1) -> str:
        """Returns the address of that replica's HTTP API, without a slash at the end."""
        return f"http://127.0.0.1:{self.replica(name, number).program.port}"

    def urls(self) -> dict[str, str]:
        """Returns the address of every replica, by its name: `planner`, `planner-2`, and so on."""
        return {process.program.name: self.url(*key) for key, process in self._replicas.items()}

    async def kill(self, name: str, number: int = 1) -> None:
        """SIGKILL one replica. It is started again after half a second or more."""
        await self.replica(name, number).kill()

    async def wait_ready(self) -> None:
        """Returns when every replica serves (again)."""
        await together(*(process.wait_ready() for process in self._replicas.values()))

    async def _start(self) -> None:
        ensure_keyring(self._home)
        ensure_access(self._home)
        await self._migrate()
        await together(*(process.start() for process in self._replicas.values()))

    async def _migrate(self) -> None:
        """Imports what does it only now: it brings all services with it."""
        from deploy.local.operate.migrations import migrate

        names = dict.fromkeys(name for name, _ in self._replicas)
        keyring = load_keyring(self._home.keyring)
        await migrate(self._wiring.mongo_url, names, self._wiring.database_prefix, keyring=keyring)

    async def stop(self) -> None:
        await asyncio.gather(*(process.stop() for process in self._replicas.values()))

    def _program(self, name: str, number: int) -> Program:
        label = name if number == 1 else f"{name}-{number}"
        port = Ports(self._home.ports).get(label)
        further = {**self._environment.get(name, {}), **self._environment.get(label, {})}
        return Program(
            name=label,
            description=f"the {name}",
            command=self._commands.get(label) or self._commands.get(name, [sys.executable, "-m", f"services.{name}"]),
            environment=service_environment(self._home, self._wiring, name, port, further),
            port=port,
            health=f"http://127.0.0.1:{port}/health/ready?wholly=true",
            alive=f"http://127.0.0.1:{port}/health/live",
            hung_after=self._hung_after,
        )
