"""Runs a service that dies at a named point, or with one of its safeguards taken out.

    python -m tests.support.tampering intake --die-at "relay: said, not forgotten" --without outbox

A point is passed unharmed the second time: a marker file in the folder `OTM_TEST_MARKERS` says that it was met.
"""

import argparse
import asyncio
import functools
import os
import signal
from collections.abc import Awaitable, Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from shared.messaging.envelope import sealed

CRASH_POINTS = {
    "outbox: committed, not said": ("after", "shared.storage.store:Store.commit"),
    "relay: said, not forgotten": ("before", "shared.storage.outbox:Outbox.forget"),
    "handler: recorded, not announced": ("before", "shared.messaging.publishing:BusAnnouncer.announce"),
    "handler: done, not acknowledged": ("before", "shared.messaging.settlement:Settlement._settle"),
    "contacts: kept, not answered": ("after", "services.intake.contacts.repository.contacts:MongoContacts.add"),
    "attachment: uploaded, not known": (
        "after",
        "motor.motor_asyncio:AsyncIOMotorGridFSBucket.upload_from_stream_with_id",
    ),
    "attachment: known, not answered": (
        "after",
        "services.intake.disclosures.repository.attachments:MongoAttachments.add",
    ),
    "referral: raised, not answered": ("after", "services.intake.referrals.repository:MongoReferrals.raise_one"),
    "referral: moved, not answered": ("after", "services.intake.referrals.repository:MongoReferrals.step"),
    "correction: kept, not answered": (
        "after",
        "services.intake.contacts.repository.corrections:MongoCorrections.replace",
    ),
    "outcomes: kept, not answered": ("after", "services.intake.outcomes.repository:MongoOutcomes.add"),
    "report: kept, not answered": ("after", "services.intake.delivery.repository:MongoDelivery.add"),
    "responses: kept, not acknowledged": ("after", "services.planner.progress.repository:MongoProgress.count"),
    "population: half loaded": (
        "after",
        "services.dispatcher.population.repository.population:MongoPopulation.add",
    ),
    "allocation: chunks kept, waves not": ("before", "services.dispatcher.issue.repository:MongoDispatch.schedule"),
    "chunk: judged, not settled": ("before", "services.dispatcher.issue.repository:MongoDispatch.settle"),
    "chunk: settled, not in the ledger": ("after", "services.dispatcher.issue.repository:MongoDispatch.settle"),
    "chunk: in the ledger, not printed": ("after", "services.dispatcher.issue.repository:MongoDispatch.record"),
    "chunk: printed, not finished": ("before", "services.dispatcher.issue.repository:MongoDispatch.finish"),
    "chunk: finished, not announced": ("after", "services.dispatcher.issue.repository:MongoDispatch.finish"),
    "group: to be tried, not handed over": (
        "after",
        "services.dispatcher.ledger.repository.ledger:MongoCommunications.trying",
    ),
    "group: one taken by Notify, others on their way": (
        "after",
        "services.dispatcher.channels.providers.notify:Notify.hand_over",
    ),
    "group: one taken by SMTP, others on their way": (
        "after",
        "services.dispatcher.channels.providers.email:Smtp.hand_over",
    ),
    "group: handed over, results not kept": (
        "before",
        "services.dispatcher.ledger.repository.ledger:MongoCommunications.results",
    ),
    "notice: claimed, not sent": ("before", "services.notifier.channels.email:EmailChannel.send"),
    "notice: noted, not said": ("before", "services.notifier.delivery.repository:MongoOutgoing.said"),
    "notice: sent, not noted": ("before", "services.notifier.delivery.repository:MongoOutgoing.end"),
    "notices: kept, not asked": ("before", "services.notifier.acknowledgements.repository:MongoAsks.open"),
    "moment: said, not marked": ("before", "services.notifier.timed.repository.moments:MongoMoments.mark"),
    "reminder: said, not noted": ("before", "services.notifier.acknowledgements.repository:MongoAsks.reminded"),
    "answer: kept, not said": ("before", "services.notifier.acknowledgements.repository:MongoAsks.said"),
    "change: asks void, notices not": ("before", "services.notifier.notices.repository.notices:MongoNotices.void"),
    "loop: kept in intake, not said": (
        "after",
        "services.intake.contacts.repository.excursions:MongoExcursions.change",
    ),
    "loop: exceeded said, not acted": ("before", "services.planner.handlers:Handlers.steer_exceeded"),
    "loop: acted, not acknowledged": ("after", "services.planner.handlers:Handlers.steer_exceeded"),
    "loop: acted, not told": ("after", "services.notifier.campaigns.repository:MongoCampaigns.keep_slowing"),
    "digest: taken up, not told": ("before", "services.notifier.timed.repository.digests:MongoDigests.mark_told"),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("service")
    parser.add_argument("--die-at", action="append", default=[], choices=CRASH_POINTS)
    parser.add_argument("--without", choices=("outbox",))
    parser.add_argument("--short-claims", action="store_true")
    chosen = parser.parse_args()
    if chosen.short_claims:
        _short_claims()
    if chosen.without == "outbox":
        _without_outbox()
    for point in chosen.die_at:
        _arm(point)
    if chosen.service == "dispatcher":
        _spare_the_start()
    app = import_module(f"services.{chosen.service}.app")
    import_module("shared.running.service").run(chosen.service, app.build_app)


WHILE_STARTING = {"outbox: committed, not said", "relay: said, not forgotten"}
"""Points that dispatcher meets before it has ever been ready, when it says what its channels can do."""
_spared = set[str]()


def marker_name(point: str) -> str:
    return point.replace(" ", "_").replace(":", "")


def die_once(point: str) -> None:
    """SIGKILL this process, unless that has happened at this point before."""
    if point in _spared:
        return
    marker = Path(os.environ["OTM_TEST_MARKERS"]) / marker_name(point)
    try:
        marker.touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _arm(point: str) -> None:
    when, target = CRASH_POINTS[point]
    module, _, path = target.partition(":")
    owner, method = path.split(".")
    kind = getattr(import_module(module), owner)
    original: Callable[..., Awaitable[Any]] = getattr(kind, method)

    @functools.wraps(original)
    async def dying(*arguments: Any, **named: Any) -> Any:
        if when == "before":
            die_once(point)
        result = await original(*arguments, **named)
        if when == "after":
            die_once(point)
        return result

    setattr(kind, method, dying)


def _spare_the_start() -> None:
    """A stack whose service dies before it was ready does not start: it is to die in the middle of its work."""
    from shared.running.health import Health

    look = Health.look
    _spared.update(WHILE_STARTING)

    async def looked(self: Health) -> Any:
        found = await look(self)
        if found[0] == "ok":
            _spared.clear()
        return found

    Health.look = looked  # type: ignore[method-assign]


def _short_claims() -> None:
    """The chunk that a dead dispatcher had in hand is free after seconds. Only where one alone runs: it is a claim that
    keeps a second one away from a chunk."""
    chunks, turn = "services.dispatcher.schedule.repository", "services.dispatcher.channels.providers.claim"
    setattr(import_module(chunks), "CLAIMED_FOR", timedelta(seconds=4))  # noqa: B010
    setattr(import_module(turn), "LOOK_AGAIN", timedelta(seconds=2))  # noqa: B010


def _without_outbox() -> None:
    """Events are said straight after the commit, as one would without an outbox."""
    from shared.messaging.bus import Bus
    from shared.storage.outbox import Outbox
    from shared.storage.store import Store

    buses: list[Bus] = []
    connect = Bus.start
    commit = Store.commit
    pending: dict[int, list[Any]] = {}

    def start(self: Bus) -> None:
        buses.append(self)
        connect(self)

    async def hold(self: Outbox, events: Any, session: Any) -> None:
        pending.setdefault(id(self), []).extend(events)

    async def commit_then_say(self: Store, write: Any, *events: Any) -> Any:
        result = await commit(self, write, *events)
        die_once("outbox: committed, not said")
        while not buses:  # a request may come before the bus has been started
            await asyncio.sleep(0.01)
        for event in pending.pop(id(self.outbox), []):
            await buses[0].publisher.publish(sealed(event))
        return result

    Bus.start = start  # type: ignore[method-assign]
    Outbox.add = hold  # type: ignore[method-assign]
    Store.commit = commit_then_say  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
