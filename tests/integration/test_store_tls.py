"""The store over TLS: a store with a certificate, and its authority named in the URL."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.stack.ports import Ports
from shared.errors import Unavailable
from shared.storage import store as storage
from shared.storage.store import Store
from tests.support.certificates import Certificate, certificate

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Certificate]]:
    """The port of an embedded store that speaks TLS alone, and its certificate."""
    folder = tmp_path_factory.mktemp("secured")
    made, port = certificate(folder), Ports(folder / "ports.json").get("store")
    (folder / "secantusd.toml").touch()
    command = [
        *(sys.executable, "-m", "secantus", "--config", str(folder / "secantusd.toml"), "--port", str(port)),
        *("--storage-path", str(folder / "data"), "--tls-cert-file", str(made.file), "--tls-key-file", str(made.key)),
    ]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stderr=log, env=dict(os.environ)) as process:
        yield port, made
        process.terminate()


def url(port: int, authority: Path) -> str:
    return f"mongodb://localhost:{port}/?tls=true&tlsCAFile={authority}&retryWrites=false&directConnection=true"


async def test_a_store_is_reached_over_tls_and_only_under_its_own_authority(
    secured: tuple[int, Certificate], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, made = secured
    store = Store(url(port, made.file), "guarded")
    await store.prepare()
    await store.ping()
    store.close()

    monkeypatch.setattr(storage, "PING_SECONDS", 0.5)
    stranger = Store(url(port, certificate(tmp_path).file), "guarded")
    stranger._why_not = ""
    with pytest.raises(Unavailable, match="does not answer"):
        await stranger.ping()
    stranger.close()
