"""Puts notifier together."""

from datetime import timedelta
from pathlib import Path

from services.notifier.acknowledgements.acknowledgement import Acknowledging, Links
from services.notifier.acknowledgements.reminders import Chasing, Reminding
from services.notifier.acknowledgements.repository import ASKS, MongoAsks
from services.notifier.api import router
from services.notifier.calendars.feed import CalendarFeed
from services.notifier.calendars.repository import MongoSalts
from services.notifier.campaigns.repository import CAMPAIGNS, CONTACTS, MongoCampaigns
from services.notifier.channels.govuk_notify import NotifyChannel
from services.notifier.delivery.bounces import Bounces
from services.notifier.delivery.delivery import Delivery
from services.notifier.delivery.job import DeliveryJob
from services.notifier.delivery.repository import MongoOutgoing
from services.notifier.delivery.setup import build_channels
from services.notifier.handlers import Handlers
from services.notifier.messages import EVENTS, HEARS
from services.notifier.notices.event_notices import Notifying
from services.notifier.notices.repository.notices import NOTICES, MongoNotices
from services.notifier.notices.resend import Resending
from services.notifier.notices.writer import Telling
from services.notifier.rendering.templates import Templates
from services.notifier.rulebook.endpoints import load_endpoints
from services.notifier.rulebook.rulebook import load_rulebook
from services.notifier.settings import Settings
from services.notifier.timed.digests import Digests
from services.notifier.timed.due import Due
from services.notifier.timed.moments import Moments
from services.notifier.timed.repository.digests import ENTRIES, MongoDigests
from services.notifier.timed.repository.moments import MongoMoments
from shared.clock import Clock
from shared.composition import Parts, assemble
from shared.jobs import Job
from shared.messaging.bus import bound
from shared.service import Service

NAME = "notifier"
HERE = Path(__file__).parent
LOOK_EVERY = 1.0  # seconds between looks for what has become due

__all__ = ["Settings", "build_app"]


def build_app(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    parts = Parts.of(NAME, settings, NOTICES, ENTRIES, ASKS, CAMPAIGNS, CONTACTS)
    clock, announcer = parts.clock, parts.bus.announcer
    templates = Templates(HERE / "rendering" / "templates")
    endpoints = load_endpoints(settings.endpoints_file)
    book = load_rulebook(settings.directory_file, settings.rules_file, EVENTS, templates, endpoints.names)

    campaigns, asks = MongoCampaigns(parts.store), MongoAsks(parts.store)
    gathered = MongoDigests(parts.store)
    notices = MongoNotices(parts.store, gathered)
    outgoing = MongoOutgoing(parts.store, claim=timedelta(seconds=settings.send_seconds * 1.5))

    links = Links(parts.keyring.index, settings.public_url)
    telling = Telling(notices, asks, book, templates, clock)
    notifying = Notifying(campaigns, notices, telling, book, clock)
    acknowledging = Acknowledging(asks, notices, announcer, clock)
    due = Due(campaigns, gathered, notifying, telling, book)
    reminding = Reminding(asks, campaigns, telling, book, clock)
    moments = Moments(campaigns, MongoMoments(parts.store), asks, book, announcer, clock)
    chasing = Chasing(asks, book, announcer, clock)
    digests = Digests(gathered, announcer, clock)
    channels = build_channels(settings, endpoints, clock)
    delivery = Delivery(outgoing, channels, links, announcer, clock, settings.send_seconds)
    notify = channels.get("notify")
    bounces = [Bounces(outgoing, notify, clock)] if isinstance(notify, NotifyChannel) else []

    return assemble(
        parts,
        hears=bound(HEARS, Handlers(campaigns, notifying, acknowledging, due, reminding)),
        router=router,
        provides={
            MongoNotices: notices,
            Acknowledging: acknowledging,
            Links: links,
            Resending: Resending(notices, parts.audit, clock),
            CalendarFeed: CalendarFeed(
                parts.keyring.index, settings.public_url, book.teams, MongoSalts(parts.store), notices, campaigns
            ),
            Clock: clock,
        },
        jobs=[
            DeliveryJob(delivery, every=LOOK_EVERY, turn=parts.lease("delivery"), news=notices.news),
            *(Job("bounces", each.step, every=LOOK_EVERY, turn=parts.lease("bounces")) for each in bounces),
            Job("said", delivery.say, every=LOOK_EVERY, turn=parts.lease("said")),
            Job("acknowledged", acknowledging.say, every=LOOK_EVERY, turn=parts.lease("acknowledged")),
            Job("digests", digests.step, every=LOOK_EVERY, turn=parts.lease("digests")),
            Job("moments", moments.step, every=LOOK_EVERY, turn=parts.lease("moments")),
            Job("chasing", chasing.step, every=LOOK_EVERY, turn=parts.lease("chasing")),
        ],
    )
