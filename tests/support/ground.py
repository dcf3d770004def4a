"""The broker and the store that the tests run on."""

from dataclasses import dataclass

from deploy.local.broker.broker import Broker


@dataclass(frozen=True)
class Ground:
    amqp_url: str
    management_url: str
    mongo_url: str
    broker: Broker | None = None
    """To be stopped and started again; None where that is not ours to do."""
