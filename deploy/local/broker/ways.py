"""The ways to a broker, in order of preference."""

from collections.abc import Sequence

from deploy.local.broker.broker import Broker
from deploy.local.broker.docker import DockerBroker
from deploy.local.broker.given import GivenBroker
from deploy.local.broker.install import InstalledNode
from deploy.local.broker.node import PrivateNode
from deploy.local.stack.home import Home
from deploy.local.stack.machine import Machine
from deploy.local.stack.settings import LocalSettings
from deploy.local.stack.state import Watch, unwatched
from deploy.local.stack.ways import Way


def broker_ways(
    home: Home, settings: LocalSettings, machine: Machine, watch: Watch = unwatched
) -> Sequence[Way[Broker]]:
    return [
        Way(
            "url",
            "set OTM_AMQP_URL to a RabbitMQ broker that runs already",
            applies=lambda: settings.amqp_url is not None,
            build=lambda: GivenBroker(settings.amqp_url or "", settings.management_url, watch),
        ),
        Way(
            "node",
            "have rabbitmq-server (3.10 or later) on this machine; a private node of it is started",
            applies=lambda: machine.rabbitmq_server() is not None,
            build=lambda: PrivateNode(home, machine, watch, settings.hung_after),
        ),
        Way(
            "docker",
            f"have a Docker engine that answers `docker info`; {settings.rabbitmq_image} is started in it",
            applies=machine.docker,
            build=lambda: DockerBroker(home, settings.rabbitmq_image, watch, settings.hung_after),
        ),
        Way(
            "install",
            "be root on Debian or Ubuntu; the rabbitmq-server package is installed",
            applies=machine.can_install,
            build=lambda: InstalledNode(home, machine, watch, settings.hung_after),
        ),
    ]
