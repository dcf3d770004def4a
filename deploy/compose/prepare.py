"""Secrets of the stack in containers, each made once: `python -m deploy.compose.prepare`.

They are files of the folder `.otm/compose`, or of `OTM_COMPOSE_HOME`, which its owner alone may enter. A container
reads those that the compose file gives it, under a user of its own: therefore the files themselves are readable.
"""

import base64
import json
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.compose.certificates import Authority
from deploy.local.operate.topology.definitions import definitions
from deploy.local.operate.topology.passwords import ensure_passwords
from deploy.local.operate.topology.rights import users
from deploy.local.stack.access import ensure_access
from deploy.local.stack.home import Home
from deploy.local.stack.keyring import ensure_keyring
from deploy.local.stack.services import SERVICES

VHOST = "otm"
CA = "/run/secrets/ca.pem"
SERVERS = {"broker": ("broker",), "store": ("store", "store-1", "store-2", "store-3"), "site": ("site",)}
"""Servers of the stack by the names under which others reach them."""
REPLICA_SET = "store-1:27017,store-2:27017,store-3:27017"
STANDIN = "standin"


def prepare(folder: Path, store: str = "mongodb") -> Home:
    """Makes what is missing and leaves the rest. `store` is `mongodb` or `standin`: services reach it differently."""
    home = Home(folder)
    home.prepare()
    home.clock = folder / "clock" / "clock.json"
    kept = folder / "secrets"
    for made in (kept, home.clock.parent):
        made.mkdir(exist_ok=True)
    for written in (home.letters, home.mail):
        # containers write there as users of their own; the owner alone enters the folder
        written.chmod(0o777)
    ensure_keyring(home)
    ensure_access(home)
    passwords = ensure_passwords(folder / "passwords.json", [user.name for user in users()])
    _once(kept, _certificates)
    _once(kept, lambda: _store_secrets() | {"grafana.password": secrets.token_urlsafe(24)})
    stored = json.loads((kept / "store.users").read_text())
    found = _urls(passwords, stored, store) | {
        "keyring.json": home.keyring.read_text(),
        "access.json": home.access.read_text(),
        "passwords.json": json.dumps(passwords),
    }
    _write(kept, found)
    _once(kept, lambda: {"definitions.json": json.dumps(definitions(VHOST, passwords))})
    return home


def _certificates() -> dict[str, str]:
    authority = Authority.made()
    files = {"ca.pem": authority.pem.decode()}
    for name, hosts in SERVERS.items():
        issued = authority.issue(*hosts)
        certificate, key = issued.certificate.decode(), issued.key.decode()
        # mongod reads both from one file
        files |= {f"{name}.pem": certificate + key if name == "store" else certificate, f"{name}.key": key}
    return files


def _store_secrets() -> dict[str, str]:
    return {
        "store.password": secrets.token_urlsafe(32),
        "store.key-file": base64.b64encode(secrets.token_bytes(512)).decode(),
        "store.users": json.dumps({name: secrets.token_urlsafe(32) for name in SERVICES}),
    }


def _urls(passwords: Mapping[str, str], stored: Mapping[str, str], store: str) -> dict[str, str]:
    """Returns the addresses with their passwords. They are safe in URLs as they are."""
    found = {
        f"{name}.management_url": f"https://{name}:{passwords[name]}@broker:15671/?cafile={CA}"
        for name in ("topology", "operations")
    }
    for name in (*SERVICES, "operations"):
        found[f"{name}.amqp_url"] = f"amqps://{name}:{passwords[name]}@broker:5671/{VHOST}?cafile={CA}"
    for name in SERVICES:
        found[f"{name}.mongo_url"] = (
            f"mongodb://store:27017/?tls=true&tlsCAFile={CA}&retryWrites=false&directConnection=true"
            if store == STANDIN
            else f"mongodb://{name}:{stored[name]}@{REPLICA_SET}/?replicaSet=otm&authSource=admin&tls=true&tlsCAFile={CA}"
        )
    return found


def _once(folder: Path, make: Callable[[], Mapping[str, str]]) -> None:
    """Writes the files that `make` returns, unless all of them are there."""
    made = make()
    if not all((folder / name).exists() for name in made):
        _write(folder, made)


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o644)


def folder_of_the_stack() -> Path:
    return Path(os.environ.get("OTM_COMPOSE_HOME", Path(__file__).parents[2] / ".otm" / "compose"))


if __name__ == "__main__":
    prepared = prepare(folder_of_the_stack(), sys.argv[1] if len(sys.argv) > 1 else "mongodb")
    sys.stdout.write(f"{prepared.folder}\n")
