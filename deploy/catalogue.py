"""Producers and consumers of every event, from the message maps of the services."""

from collections.abc import Collection
from dataclasses import dataclass

from services.dispatcher import messages as dispatcher
from services.intake import messages as intake
from services.notifier import messages as notifier
from services.planner import messages as planner
from shared.contracts.base import Contract
from shared.messaging.bus import MessageMap
from shared.messaging.topology import Consumer
from shared.running.composition import COMMON
from shared.running.settings import BusSettings


@dataclass(frozen=True)
class Messages:
    says: tuple[type[Contract], ...]
    hears: Collection[type[Contract]]


def _with_common(says: tuple[type[Contract], ...], hears: MessageMap) -> Messages:
    return Messages((*says, *COMMON), (*hears, *COMMON))


SERVICES = {
    "planner": _with_common(planner.SAYS, planner.HEARS),
    "dispatcher": _with_common(dispatcher.SAYS, dispatcher.HEARS),
    "intake": _with_common(intake.SAYS, intake.HEARS),
    "notifier": _with_common(notifier.SAYS, notifier.HEARS),
}


def sayers(contract: type[Contract]) -> list[str]:
    return [name for name, messages in SERVICES.items() if contract in messages.says]


def hearers(contract: type[Contract]) -> list[str]:
    return [name for name, messages in SERVICES.items() if contract in messages.hears]


def consumers() -> list[Consumer]:
    """Every consumer of the four services, with the retries that the settings have by default."""
    delays = BusSettings.model_fields["retry_delays"].default
    return [Consumer(name, contract, delays) for name, messages in SERVICES.items() for contract in messages.hears]
