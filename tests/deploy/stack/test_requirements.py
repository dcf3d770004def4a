"""Demands on the machine that are named before anything is started."""

import pytest

from deploy.local.errors import MissingError
from deploy.local.stack.home import Home
from deploy.local.stack.requirements import Offer, expect_room
from deploy.local.stack.settings import LocalSettings

PLENTY = Offer(descriptors=65_536, disk_mib=50_000, memory_mib=16_000)
NODE = LocalSettings(broker="node")


def missing(home: Home, offer: Offer, settings: LocalSettings = NODE, replicas: int = 1) -> str:
    home.prepare()
    with pytest.raises(MissingError) as error:
        expect_room(home, settings, replicas, offer)
    return str(error.value)


def test_a_machine_with_plenty_is_good_enough(home: Home) -> None:
    home.prepare()
    expect_room(home, NODE, 1, PLENTY)


def test_all_that_is_missing_is_named_with_what_helps(home: Home) -> None:
    text = missing(home, Offer(descriptors=256, disk_mib=10, memory_mib=100))
    for words in ("256", "ulimit -Hn", "OTM_AMQP_URL", "10 MiB are free", "OTM_HOME", "100 MiB are available"):
        assert words in text


def test_more_replicas_need_more_memory(home: Home) -> None:
    home.prepare()
    offer = Offer(descriptors=65_536, disk_mib=50_000, memory_mib=1_500)
    expect_room(home, NODE, 1, offer)
    assert "memory" in missing(home, offer, replicas=9)


def test_descriptors_are_not_asked_for_where_somebody_else_runs_the_broker(home: Home) -> None:
    home.prepare()
    expect_room(home, LocalSettings(amqp_url="amqp://there/"), 1, Offer(256, 50_000, 16_000))
