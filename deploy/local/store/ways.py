"""The ways to a store, in order of preference."""

from collections.abc import Sequence
from pathlib import Path

from deploy.local.stack.home import Home
from deploy.local.stack.machine import Machine
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.state import Watch, unwatched
from deploy.local.stack.ways import Way
from deploy.local.store.given import GivenStore
from deploy.local.store.mongod import MongodStore
from deploy.local.store.secantus import SecantusStore
from deploy.local.store.store import Store


def store_ways(home: Home, settings: LocalSettings, machine: Machine, watch: Watch = unwatched) -> Sequence[Way[Store]]:
    return [
        Way(
            "url",
            "set OTM_MONGO_URL to a MongoDB replica set that runs already",
            applies=lambda: settings.mongo_url is not None,
            build=lambda: GivenStore(settings.mongo_url or "", watch),
        ),
        Way(
            "mongod",
            "have mongod on the path; a replica set of one is started",
            applies=lambda: machine.mongod() is not None,
            build=lambda: MongodStore(home, machine.mongod() or Path("mongod"), watch, settings.hung_after),
        ),
        Way(
            "secantus",
            "install SecantusDB (pip install 'one-to-many[local]')",
            applies=machine.secantus,
            build=lambda: SecantusStore(home, watch, settings.hung_after),
        ),
    ]
