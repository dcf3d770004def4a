"""The image runs as each of the services, and the demo is played on the stack in containers. Needs an engine.

Images are named by variables as in compose.yaml; `make image` builds the services' own.
"""

import json
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from rich.console import Console

from deploy.compose.demo import play
from deploy.compose.prepare import STANDIN, prepare
from deploy.local.stack.ports import Ports
from deploy.local.stack.services import SERVICES
from tests.deploy.compose.command import FOLDER, compose

pytestmark = [pytest.mark.containers, pytest.mark.long]
FILES = 65_536
UP_SECONDS = 300


class Stack:
    """A compose project of the test's own."""

    def __init__(self, project: str) -> None:
        self._project = project

    def run(self, *arguments: str) -> str:
        command = [*(compose() or ("docker-compose",)), "-p", self._project]
        for file in ("compose.yaml", "standin.yaml"):
            command += ["-f", str(FOLDER / file)]
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, timeout=UP_SECONDS)
        assert done.returncode == 0, f"{arguments}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout

    def inside(self, service: str, *command: str) -> str:
        return self.run("exec", "-T", service, *command).strip()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("compose")
    ports = Ports(folder / "ports.json")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OTM_COMPOSE_HOME", str(folder / "stack"))
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        patch.setenv("OTM_BROKER_FILES", str(min(FILES, hard) if hard > 0 else FILES))
        for name in (*SERVICES, "broker", "mail"):
            patch.setenv(f"OTM_{name.upper()}_PORT", str(ports.get(name)))
        prepare(folder / "stack", STANDIN)
        running = Stack(f"otm{uuid4().hex[:8]}")
        try:
            running.run("up", "-d", *SERVICES, "mail", "store")
            yield running
        finally:
            running.run("down", "--volumes", "--timeout", "5")


async def test_the_demo_is_played_on_containers_under_tls_and_users_of_their_own(stack: Stack, tmp_path: Path) -> None:
    outcome = await play(Console(file=(tmp_path / "said").open("w")))
    assert outcome.holds, outcome.checks


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_runs_without_rights_and_says_how_it_is(stack: Stack, service: str) -> None:
    assert stack.inside(service, "id", "-u") == "10001"
    assert "denied" in stack.inside(service, "sh", "-c", "touch /opt/one-to-many/x 2>&1 || echo denied")
    assert json.loads(stack.inside(service, "python", "-m", "deploy.image.health"))["status"] in ("ok", "degraded")


def test_the_image_says_what_it_is_made_of(stack: Stack) -> None:
    bill = json.loads(stack.inside("planner", "cat", "/opt/one-to-many/sbom.cdx.json"))
    assert bill["bomFormat"] == "CycloneDX"
    assert {"fastapi", "aio-pika", "motor"} <= {component["name"].lower() for component in bill["components"]}


def test_a_service_that_is_told_to_stop_ends_in_order(stack: Stack) -> None:
    container = stack.run("ps", "-q", "notifier").strip()
    stack.run("stop", "notifier")
    state = subprocess.run(
        ["docker", "inspect", "--format", "{{.State.ExitCode}}", container], capture_output=True, text=True, check=True
    )
    assert state.stdout.strip() == "0"
