"""RabbitMQ from the Debian package, for a machine that has none."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local.broker.node import PrivateNode
from deploy.local.errors import StartError
from deploy.local.processes.logs import tail
from deploy.local.processes.process import Process
from deploy.local.stack.state import Phase, ProcessState

# Debian asks this script before it starts the service of a package it installs; 101 means "do not".
POLICY = Path("/usr/sbin/policy-rc.d")

APT = ["apt-get", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"]


class InstalledNode(PrivateNode):
    """Installs rabbitmq-server without leaving the package's own node running, then starts a private one."""

    async def _serve(self) -> None:
        if self._machine.rabbitmq_server() is None:
            await self._install()
        await super()._serve()

    async def _install(self) -> None:
        self._tell(Phase.STARTING, "installing rabbitmq-server with apt-get")
        with services_kept_down(POLICY):
            await self._run([*APT, "update"])
            await self._run([*APT, "install", "rabbitmq-server"])
        if self._machine.systemd():  # nor is it to run after the next boot
            await self._run(["systemctl", "disable", "--now", "rabbitmq-server"])
        self._tell(Phase.STOPPED, "installed rabbitmq-server")

    async def _run(self, command: Sequence[str]) -> None:
        log = self._home.logs / "install.log"
        process = await Process.spawn(command, log, {**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
        try:
            code = await process.wait()
        finally:
            await process.stop(grace=5)
        if code != 0:
            raise StartError("install", f"`{' '.join(command)}` ended with code {code}", log, tail(log, 15))

    def _tell(self, phase: Phase, detail: str) -> None:
        self._watch(ProcessState(name="install", phase=phase, detail=detail, description="apt-get", health=""))


@contextmanager
def services_kept_down(policy: Path) -> Iterator[None]:
    """No service is started by a package that is installed meanwhile. A policy that the machine has already stays."""
    if policy.exists():
        yield
        return
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink()
