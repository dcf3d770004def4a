"""Choice of a broker and a store, without starting any."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.broker.ways import broker_ways
from deploy.local.errors import NoWayError
from deploy.local.stack.home import Home
from deploy.local.stack.machine import Machine
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.ways import choose
from deploy.local.store.ways import store_ways


@dataclass
class FakeMachine(Machine):
    """Offers what it is told to."""

    offers: frozenset[str] = frozenset()

    def rabbitmq_server(self) -> Path | None:
        return Path("/bin/true") if "rabbitmq-server" in self.offers else None

    def docker(self) -> bool:
        return "docker" in self.offers

    def can_install(self) -> bool:
        return "apt" in self.offers

    def mongod(self) -> Path | None:
        return Path("/bin/true") if "mongod" in self.offers else None

    def secantus(self) -> bool:
        return "secantus" in self.offers


def way_to_a_broker(settings: LocalSettings, *offers: str) -> str:
    ways = broker_ways(Home(settings.home), settings, FakeMachine(frozenset(offers)))
    return choose("RabbitMQ broker", ways, settings.broker).name


def way_to_a_store(settings: LocalSettings, *offers: str) -> str:
    ways = store_ways(Home(settings.home), settings, FakeMachine(frozenset(offers)))
    return choose("MongoDB store", ways, settings.store).name


def test_a_broker_is_had_by_the_first_way_that_applies() -> None:
    given = LocalSettings(amqp_url="amqp://there/")
    assert way_to_a_broker(given, "rabbitmq-server", "docker", "apt") == "url"
    assert way_to_a_broker(LocalSettings(), "rabbitmq-server", "docker", "apt") == "node"
    assert way_to_a_broker(LocalSettings(), "docker", "apt") == "docker"
    assert way_to_a_broker(LocalSettings(), "apt") == "install"


def test_a_store_is_had_by_the_first_way_that_applies() -> None:
    assert way_to_a_store(LocalSettings(mongo_url="mongodb://there/"), "mongod", "secantus") == "url"
    assert way_to_a_store(LocalSettings(), "mongod", "secantus") == "mongod"
    assert way_to_a_store(LocalSettings(), "secantus") == "secantus"


def test_one_way_can_be_insisted_on() -> None:
    assert way_to_a_broker(LocalSettings(broker="docker"), "rabbitmq-server", "docker") == "docker"
    assert way_to_a_store(LocalSettings(store="secantus"), "mongod", "secantus") == "secantus"


def test_without_any_way_the_error_names_them_all() -> None:
    with pytest.raises(NoWayError) as broker:
        way_to_a_broker(LocalSettings())
    for remedy in ("OTM_AMQP_URL", "rabbitmq-server", "Docker", "root on Debian or Ubuntu"):
        assert remedy in str(broker.value)
    with pytest.raises(NoWayError) as store:
        way_to_a_store(LocalSettings())
    for remedy in ("OTM_MONGO_URL", "mongod", "SecantusDB"):
        assert remedy in str(store.value)


def test_a_way_insisted_on_that_does_not_apply_is_an_error_that_names_only_that() -> None:
    with pytest.raises(NoWayError, match=r"insisted on \(docker\)") as error:
        way_to_a_broker(LocalSettings(broker="docker"), "rabbitmq-server", "apt")
    assert "OTM_AMQP_URL" not in str(error.value)


def test_a_docker_engine_is_not_asked_when_an_earlier_way_applies(monkeypatch: pytest.MonkeyPatch) -> None:
    def docker(_: FakeMachine) -> bool:
        raise AssertionError

    monkeypatch.setattr(FakeMachine, "docker", docker)
    assert way_to_a_broker(LocalSettings(), "rabbitmq-server") == "node"
