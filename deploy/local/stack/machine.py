"""Programs and rights that this machine offers."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path


class Machine:
    """A machine, looked up when asked, because some of it (a Docker engine) takes a while to answer."""

    def rabbitmq_server(self) -> Path | None:
        """The script that starts a node under the caller's own user, with Erlang beside it; None if either is missing.

        Debian's `/usr/sbin/rabbitmq-server` changes user and folder first, so the script behind it is preferred.
        """
        if not (shutil.which("erl") and shutil.which("epmd")):
            return None
        packaged = sorted(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin/rabbitmq-server"))
        linked = [path for path in [Path("/usr/lib/rabbitmq/bin/rabbitmq-server")] if path.exists()]
        on_path = [Path(found)] if (found := shutil.which("rabbitmq-server")) else []
        return next(iter([*reversed(packaged), *linked, *on_path]), None)

    def docker(self) -> bool:
        """Tells whether a Docker engine answers."""
        if shutil.which("docker") is None:
            return False
        try:
            return subprocess.run(["docker", "info"], capture_output=True, timeout=10).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def can_install(self) -> bool:
        """Tells whether packages can be installed: Debian or its kin, as root."""
        return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None and os.geteuid() == 0

    def systemd(self) -> bool:
        """Tells whether the machine was booted with systemd."""
        return Path("/run/systemd/system").exists()

    def mongod(self) -> Path | None:
        return Path(found) if (found := shutil.which("mongod")) else None

    def secantus(self) -> bool:
        """Tells whether SecantusDB is installed beside us."""
        return find_spec("secantus") is not None
