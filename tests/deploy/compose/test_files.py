"""The compose files and the image, without an engine."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.compose.prepare import prepare
from deploy.image.health import readiness
from deploy.image.service import SERVICES as CHOSEN
from deploy.image.service import chosen
from deploy.local.stack.services import SERVICES
from shared.running.settings import BusSettings
from tests.deploy.compose.command import FOLDER, compose

ROOT = FOLDER.parents[1]
STORES = ("mongodb.yaml", "standin.yaml")
IMAGE = ROOT / "deploy" / "image"


def described() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    return found


@pytest.mark.skipif(compose() is None, reason="neither docker compose nor docker-compose is installed")
@pytest.mark.parametrize("store", STORES)
def test_the_compose_files_hold_together(store: str, tmp_path: Path) -> None:
    command = [*(compose() or ()), "-f", str(FOLDER / "compose.yaml"), "-f", str(FOLDER / store), "config", "-q"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")


def test_our_containers_have_no_rights_and_nothing_secret_in_their_environment() -> None:
    services = described()["services"]
    for name in (*SERVICES, *(f"migrate-{each}" for each in SERVICES), "topology", "site"):
        assert services[name]["read_only"], name
        assert services[name]["cap_drop"] == ["ALL"], name
    text = json.dumps([service.get("environment", {}) for service in services.values()])
    assert not re.search(r"(?i)(password|secret|key)\"?: \"(?!/run/secrets/)", text)
    published = [port for service in services.values() for port in service.get("ports", ())]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)
    assert all(service["image"].startswith("${OTM_") for service in services.values())


@pytest.mark.parametrize("store", STORES)
def test_every_secret_is_made_once_and_the_services_accept_their_addresses(store: str, tmp_path: Path) -> None:
    prepare(tmp_path / "stack", store.removesuffix(".yaml"))
    kept = tmp_path / "stack" / "secrets"
    named = [yaml.safe_load((FOLDER / file).read_text())["secrets"] for file in ("compose.yaml", store)]
    assert {name for secrets in named for name in secrets} <= {file.name for file in kept.iterdir()}
    before = {file.name: file.read_bytes() for file in kept.iterdir()}
    prepare(tmp_path / "stack", store.removesuffix(".yaml"))
    assert {file.name: file.read_bytes() for file in kept.iterdir()} == before
    assert (tmp_path / "stack").stat().st_mode & 0o777 == 0o700
    for name in SERVICES:
        url = (kept / f"{name}.amqp_url").read_text()
        assert BusSettings.model_validate({"amqp_url": url, "publishers": [name]}).user == name


def test_each_service_waits_for_the_topology_and_for_its_own_database() -> None:
    services = described()["services"]
    for name in SERVICES:
        assert set(services[name]["depends_on"]) == {"topology", f"migrate-{name}"}
        assert services[f"migrate-{name}"]["command"][-1] == name
        assert {"source": f"{name}.mongo_url", "target": "otm_mongo_url"} in services[f"migrate-{name}"]["secrets"]


def test_the_image_is_built_from_what_the_lock_file_holds() -> None:
    whole = _locked(ROOT / "requirements.lock")
    part = _locked(IMAGE / "requirements.lock")
    assert part.items() <= whole.items()
    assert all(hashes for hashes in part.values())
    assert not {"pytest", "secantusdb", "mypy"} & {name.partition("==")[0].lower() for name in part}


def test_a_name_that_is_no_service_is_refused() -> None:
    assert CHOSEN == SERVICES
    assert chosen("intake") == "services.intake"
    with pytest.raises(SystemExit, match="planner, dispatcher, intake, notifier"):
        chosen("services.planner; true")


@pytest.mark.parametrize(("port", "error"), [("1", "URLError"), ("none", "ValueError")])
def test_a_service_that_does_not_answer_is_not_healthy(port: str, error: str) -> None:
    assert readiness({"OTM_HTTP_PORT": port}) == (False, json.dumps({"error": error}))


def _locked(file: Path) -> dict[str, tuple[str, ...]]:
    """Returns the hashes of each pinned requirement."""
    text = file.read_text().replace("\\\n", " ")
    lines = [line.split() for line in text.splitlines() if "==" in line]
    return {words[0]: tuple(sorted(word for word in words if word.startswith("--hash="))) for words in lines}
