"""Wiring of notifier's operations page and feed."""

from dataclasses import dataclass

from services.notifier.operations.feed import Feed
from services.notifier.operations.replays import Replays
from services.notifier.operations.repository.broker import OperatorsBroker
from services.notifier.operations.repository.orders import MongoLoop, MongoOrders
from services.notifier.settings import Settings
from shared.clock import SystemClock
from shared.running.composition import Parts
from shared.running.jobs import Job

LOOK_SECONDS = 1.0
"""Between looks for a replay that was ordered."""


@dataclass(frozen=True)
class Operations:
    feed: Feed
    replays: Replays
    job: Job

    @property
    def provided(self) -> dict[type, object]:
        return {Feed: self.feed, Replays: self.replays}


def build_operations(parts: Parts, settings: Settings) -> Operations:
    """By real time, but for the day of the closed loop: what is shown is of the machinery."""
    management = settings.operations_management_url
    broker = OperatorsBroker(settings.for_operations, management.get_secret_value() if management else None)
    orders = MongoOrders(parts.store)
    replays = Replays(broker, orders, parts.audit, SystemClock())
    feed = Feed(broker, MongoLoop(parts.store, parts.clock), orders, SystemClock())
    return Operations(feed, replays, Job("replays", replays.step, every=LOOK_SECONDS, turn=parts.lease("replays")))
