"""Notifier's composition root: settings in, a service out, one function for each part of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from services.notifier.acknowledgements.acknowledgement import Acknowledgements
from services.notifier.acknowledgements.gates import GateNotices
from services.notifier.acknowledgements.links import Links
from services.notifier.acknowledgements.pages import TEMPLATES as PAGES
from services.notifier.acknowledgements.reminders import ReminderScheduler, ReminderWriter
from services.notifier.acknowledgements.repository import MongoAsks
from services.notifier.acknowledgements.speakers import SpeakerNotices
from services.notifier.api import router
from services.notifier.calendars.feed import CalendarFeed
from services.notifier.calendars.repository import MongoSalts
from services.notifier.campaigns.repository import MongoCampaigns
from services.notifier.channels import Channel
from services.notifier.channels.govuk_notify import NotifyChannel
from services.notifier.delivery.bounces import Bounces
from services.notifier.delivery.delivery import Delivery
from services.notifier.delivery.job import DeliveryJob
from services.notifier.delivery.repository import MongoOutgoing
from services.notifier.delivery.setup import build_channels
from services.notifier.handlers import Handlers
from services.notifier.messages import EVENTS, HEARS, SAYS
from services.notifier.notices.event_notices import EventNotices
from services.notifier.notices.repository.notices import MongoNotices
from services.notifier.notices.resend import Resender
from services.notifier.notices.writer import NoticeWriter
from services.notifier.operations.pages import TEMPLATES as OPERATIONS_PAGES
from services.notifier.rendering.templates import Templates
from services.notifier.rulebook.endpoints import load_endpoints
from services.notifier.rulebook.rulebook import Rulebook, load_rulebook
from services.notifier.schema import SCHEMA
from services.notifier.settings import Settings
from services.notifier.timed.digests import Digests
from services.notifier.timed.due import TimedNotices
from services.notifier.timed.moments import Moments
from services.notifier.timed.repository.digests import MongoDigests
from services.notifier.timed.repository.moments import MongoMoments
from services.notifier.wiring import build_operations
from shared.clock import Clock
from shared.events import Announcer
from shared.messaging.bus import bound
from shared.retention.retention import Retention
from shared.running.composition import Parts, assemble
from shared.running.jobs import Job
from shared.running.retaining import retention_job, retention_of
from shared.running.service import Service
from shared.storage.retention import MongoRetention

NAME = "notifier"
TEMPLATES = Path(__file__).parent / "rendering" / "templates"
LOOK_SECONDS = 1.0  # between looks for what has become due
CLAIM_PER_SEND = 1.5  # how much longer a claim on a notice lasts than one attempt to send it

__all__ = ["Settings", "build_app"]


@dataclass(frozen=True)
class Repositories:
    campaigns: MongoCampaigns
    asks: MongoAsks
    digests: MongoDigests
    notices: MongoNotices
    outgoing: MongoOutgoing
    moments: MongoMoments
    salts: MongoSalts


@dataclass(frozen=True)
class Capabilities:
    """The acting parts. Tests take them from the parts of the service's API."""

    book: Rulebook
    templates: Templates
    links: Links
    handlers: Handlers
    event_notices: EventNotices
    acknowledgements: Acknowledgements
    reminders: ReminderScheduler
    moments: Moments
    digests: Digests
    delivery: Delivery
    bounces: Bounces | None


def build_app(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    announcer: Announcer | None = None,
    channels: Mapping[str, Channel] | None = None,
) -> Service:
    """Returns the service, not connected yet. Tests replace `clock`, `announcer` and `channels`."""
    settings = settings or Settings()
    parts = Parts.of(NAME, settings, SCHEMA, says=SAYS, clock=clock)
    kept = build_repositories(parts, settings)
    acting = build_capabilities(parts, settings, kept, announcer or parts.bus.announcer, channels)
    operations = build_operations(parts, settings)
    retention = retention_of(parts, MongoRetention(parts.store))
    return assemble(
        parts,
        hears=bound(HEARS, acting.handlers),
        router=router,
        provides=build_provided(parts, settings, kept, acting) | operations.provided | {Retention: retention},
        jobs=[*build_jobs(parts, kept, acting), operations.job, retention_job(parts, retention)],
        templates={"acknowledgements": PAGES, "operations": OPERATIONS_PAGES},
    )


def build_repositories(parts: Parts, settings: Settings) -> Repositories:
    store, digests = parts.store, MongoDigests(parts.store)
    return Repositories(
        campaigns=MongoCampaigns(store),
        asks=MongoAsks(store),
        digests=digests,
        notices=MongoNotices(store, digests),
        outgoing=MongoOutgoing(store, claim=timedelta(seconds=settings.send_seconds * CLAIM_PER_SEND)),
        moments=MongoMoments(store),
        salts=MongoSalts(store),
    )


@cache
def compiled_templates(link_hosts: tuple[str, ...], site: str | None) -> Templates:
    """Returns the templates that ship. They are compiled once in a process."""
    return Templates(TEMPLATES, link_hosts, site)


def build_capabilities(
    parts: Parts,
    settings: Settings,
    kept: Repositories,
    announcer: Announcer,
    channels: Mapping[str, Channel] | None = None,
) -> Capabilities:
    clock, endpoints, templates = (
        parts.clock,
        load_endpoints(settings.endpoints_file),
        compiled_templates(tuple(settings.link_hosts), settings.site.address),
    )
    book = load_rulebook(settings.directory_file, settings.rules_file, EVENTS, templates, endpoints.names)
    channels = build_channels(settings, endpoints, clock) if channels is None else channels
    links, notify = Links(parts.keyring.own_of("links"), settings.public_url), channels.get("notify")
    writer = NoticeWriter(kept.notices, kept.asks, book, templates, clock)
    event_notices = EventNotices(kept.campaigns, kept.notices, writer, book, clock)
    acknowledgements = Acknowledgements(kept.asks, kept.notices, kept.campaigns, book, announcer, clock)
    timed = TimedNotices(kept.campaigns, kept.digests, event_notices, writer, book)
    gates = GateNotices(kept.asks, kept.campaigns, writer, book)
    speakers = SpeakerNotices(kept.asks, kept.campaigns, writer, book)
    reminders = ReminderWriter(kept.asks, kept.campaigns, writer, book, clock)
    return Capabilities(
        book=book,
        templates=templates,
        links=links,
        handlers=Handlers(kept.campaigns, event_notices, acknowledgements, timed, reminders, gates, speakers),
        event_notices=event_notices,
        acknowledgements=acknowledgements,
        reminders=ReminderScheduler(kept.asks, book, announcer, clock),
        moments=Moments(kept.campaigns, kept.moments, kept.asks, book, announcer, clock),
        digests=Digests(kept.digests, announcer, clock),
        delivery=Delivery(kept.outgoing, channels, links, announcer, clock, settings.send_seconds),
        bounces=Bounces(kept.outgoing, notify, clock) if isinstance(notify, NotifyChannel) else None,
    )


def build_provided(parts: Parts, settings: Settings, kept: Repositories, acting: Capabilities) -> dict[type, object]:
    """The parts that functions of the API ask for, by type."""
    key, url, teams = parts.keyring.own_of("links"), settings.public_url, acting.book.teams
    return {
        Repositories: kept,
        Capabilities: acting,
        MongoNotices: kept.notices,
        Acknowledgements: acting.acknowledgements,
        Links: acting.links,
        Resender: Resender(kept.notices, parts.audit, parts.clock),
        CalendarFeed: CalendarFeed(key, url, teams, kept.salts, kept.notices, kept.campaigns),
        Clock: parts.clock,
    }


def build_jobs(parts: Parts, kept: Repositories, acting: Capabilities) -> list[Job]:
    steps = {
        "said": acting.delivery.say,
        "acknowledged": acting.acknowledgements.say,
        "digests": acting.digests.step,
        "moments": acting.moments.step,
        "chasing": acting.reminders.step,
    }
    if acting.bounces is not None:
        steps["bounces"] = acting.bounces.step
    return [
        DeliveryJob(acting.delivery, every=LOOK_SECONDS, turn=parts.lease("delivery"), news=kept.notices.news),
        *(Job(name, step, every=LOOK_SECONDS, turn=parts.lease(name)) for name, step in steps.items()),
    ]
