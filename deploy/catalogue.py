"""Producers and consumers of every event, from the message maps of the services."""

from dataclasses import dataclass

from services.dispatcher import messages as dispatcher
from services.intake import messages as intake
from services.notifier import messages as notifier
from services.planner import messages as planner
from shared.contracts.base import Contract
from shared.messaging.bus import MessageMap
from shared.messaging.topology import Consumer
from shared.settings import BusSettings


@dataclass(frozen=True)
class Messages:
    says: tuple[type[Contract], ...]
    hears: MessageMap


SERVICES = {
    "planner": Messages(planner.SAYS, planner.HEARS),
    "dispatcher": Messages(dispatcher.SAYS, dispatcher.HEARS),
    "intake": Messages(intake.SAYS, intake.HEARS),
    "notifier": Messages(notifier.SAYS, notifier.HEARS),
}


def sayers(contract: type[Contract]) -> list[str]:
    return [name for name, messages in SERVICES.items() if contract in messages.says]


def hearers(contract: type[Contract]) -> list[str]:
    return [name for name, messages in SERVICES.items() if contract in messages.hears]


def consumers() -> list[Consumer]:
    """Every consumer of the four services, with the retries that the settings have by default."""
    delays = BusSettings.model_fields["retry_delays"].default
    return [Consumer(name, contract, delays) for name, messages in SERVICES.items() for contract in messages.hears]
