"""Parts that every composition root builds in the same way: clock, keys, store, bus, relay, health and HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from fastapi import APIRouter
from prometheus_client import CollectorRegistry

from shared.clock import Clock, SystemClock, clock_from
from shared.contracts import Contract, SessionsEnded
from shared.idempotency import BodyDigest
from shared.messaging.bus import Bus, Handler
from shared.messaging.circuit_breaker import CircuitBreaker
from shared.messaging.known_queues import KNOWN_QUEUES
from shared.messaging.metrics import BusMetrics
from shared.messaging.relay import Relay
from shared.messaging.watch import QueueWatch
from shared.protection import Cipher, Keyring, load_keyring
from shared.running.health import Health
from shared.running.jobs import Always, Job
from shared.running.service import Service
from shared.running.settings import ServiceSettings
from shared.running.watched_file import WatchedFile
from shared.storage.audit.trail import MongoAuditTrail
from shared.storage.common import HEARD, NONCES, USED
from shared.storage.drafts import MongoDrafts
from shared.storage.ended_sessions import MongoEndedSessions
from shared.storage.heard import MongoHeard
from shared.storage.lease import Lease
from shared.storage.nonces import MongoNonces
from shared.storage.outbox import Outbox
from shared.storage.reencryption import EncryptedField, ReEncryption
from shared.storage.schema import Schema
from shared.storage.store import Store
from shared.storage.unavailable import store_is_unavailable
from shared.storage.usage import MongoUsage
from shared.trail import AuditTrail
from shared.web.api import build_api
from shared.web.callers.access import Access
from shared.web.callers.jwks import Jwks
from shared.web.callers.keys import AccessKeys, load_access_keys
from shared.web.callers.rate_limits import Rate, RateLimits
from shared.web.callers.signing import Signatures
from shared.web.callers.tokens import Tokens
from shared.web.callers.usage import Usage
from shared.web.site.docs.pages import Messages
from shared.web.site.endings import Endings
from shared.web.site.sealing import Seal
from shared.web.site.site import Site
from shared.working_days import use_bank_holidays

RELAY_EVERY = 0.1  # seconds between looks at the outbox, where nothing woke the relay
URGENT_EVERY = 60.0  # seconds between looks at what this process has just committed: it wakes the job itself
WATCH_EVERY = 3.0  # seconds between looks at the topology and the queues, by one replica
CONSUMERS_EVERY = 1.0  # seconds between looks at this process's own consumers, which ask the broker nothing
KEEP_USAGE_EVERY = 30.0  # seconds
SEAL_EVERY = 60.0  # seconds between seals of the audit trail, by one replica
LOOK_AT_KEYS_EVERY = 2.0  # seconds between looks whether the key was rotated
DRAFTS_TYPED = EncryptedField("drafts", "typed")
COMMON: tuple[type[Contract], ...] = (SessionsEnded,)
"""The events that every service says and hears, whatever else its message map has."""


@dataclass(frozen=True)
class Parts:
    """The parts that a service builds its own on. Nothing is connected yet."""

    name: str
    settings: ServiceSettings
    clock: Clock
    keyring: Keyring
    keyring_file: WatchedFile[Keyring]
    cipher: Cipher
    store: Store
    registry: CollectorRegistry
    metrics: BusMetrics
    bus: Bus
    audit: MongoAuditTrail
    says: Sequence[type[Contract]]
    schema: Schema

    @classmethod
    def of(
        cls,
        name: str,
        settings: ServiceSettings,
        schema: Schema,
        *,
        says: Sequence[type[Contract]] = (),
        clock: Clock | None = None,
    ) -> Self:
        """`says` are the events that the service says; `clock` is for tests: without it, that of the settings."""
        clock = clock or clock_from(settings.clock_file)
        use_bank_holidays(settings.bank_holidays)
        keyring_file = WatchedFile(settings.keyring_file, load_keyring)
        keyring, cipher = keyring_file.value(), Cipher(keyring_file)
        store = Store.of(settings.mongo_url.get_secret_value(), schema, settings.mongo_database, keyring=keyring)
        metrics = BusMetrics(registry := CollectorRegistry())
        heard_before = MongoHeard(store[HEARD.collection]).before
        breaker = CircuitBreaker(store.expect_writable, store_is_unavailable)
        bus = Bus(name, settings, breaker, metrics, store.outbox.keep_aside, heard_before)
        audit = MongoAuditTrail(store, _audit_key(keyring, name), registry=registry)
        return cls(
            name, settings, clock, keyring, keyring_file, cipher, store, registry, metrics, bus, audit, says, schema
        )

    def access(self, usage: Usage) -> Access:
        """Returns the check of callers, which goes by real time."""
        settings, clock = self.settings, SystemClock()
        tokens = Tokens(settings.oauth, Jwks(settings.oauth.jwks_url), clock) if settings.oauth else None
        limits = RateLimits(Rate(settings.rate_per_second, settings.rate_burst))
        return Access(AccessKeys(WatchedFile(settings.access_file, load_access_keys), clock), tokens, limits, usage)

    def signatures(self) -> Signatures:
        """Returns the check of signed requests. By real time: a rehearsal moves the service's clock,
        not the callers'.
        """
        nonces = MongoNonces(self.store[NONCES.collection])
        return Signatures(lambda: self.keyring_file.value().signing, nonces, SystemClock())

    def lease(self, job: str) -> Lease:
        """Returns the lease by which one of all replicas of this service does `job`."""
        return Lease(self.store, job)


def assemble(
    parts: Parts,
    *,
    hears: Mapping[type[Contract], Handler],
    router: APIRouter,
    provides: Mapping[type, object],
    jobs: Sequence[Job] = (),
    size_limits: Mapping[str, int] | None = None,
    encrypted: Sequence[EncryptedField] = (),
    templates: Mapping[str, Path] | None = None,
) -> Service:
    """The service, with the jobs that every service has: relaying its outbox and watching its queues.

    `provides` are the parts that the functions of `router` ask for, by type; `encrypted` are the
    fields that follow a rotation of keys; `templates` are folders of pages, by the prefix of their names.
    """
    endings = MongoEndedSessions(parts.store, parts.name, SystemClock())
    parts.bus.hear({**hears, SessionsEnded: endings.heard})
    keys = ReEncryption(parts.store, parts.cipher, SystemClock(), (*encrypted, DRAFTS_TYPED))
    usage = Usage(MongoUsage(parts.store[USED.collection]), SystemClock())
    outbox = parts.store.outbox
    health = Health(
        essential={"store": parts.store.ping, "topology": parts.bus.relied_on},
        others={"broker": parts.bus.ping, "consumers": parts.bus.consuming, "outbox": outbox.flowing},
        vital={"consumers": parts.bus.alive},
    )
    access = parts.access(usage)
    api = build_api(
        f"One to Many: {parts.name}",
        router,
        {
            Access: access,
            BodyDigest: BodyDigest(parts.keyring),
            Usage: usage,
            AuditTrail: parts.audit,
            MongoAuditTrail: parts.audit,
            ReEncryption: keys,
            Health: health,
            Outbox: outbox,
            Signatures: parts.signatures(),
            **provides,
        },
        registry=parts.registry,
        size_limits=size_limits or {},
        site=_site(parts, access, templates or {}, endings),
        messages=Messages((*parts.says, *COMMON), (*hears, *COMMON)),
    )
    relay = Relay(outbox, parts.bus.publisher, parts.metrics)
    watch = QueueWatch(parts.bus, outbox, KNOWN_QUEUES)
    standing = (
        Job("relay", relay.step, every=RELAY_EVERY, turn=parts.lease("relay"), news=outbox.news),
        Job("urgent", relay.urgent_step, every=URGENT_EVERY, turn=Always(), news=outbox.urgent_news),
        Job("re-encryption", keys.step, every=LOOK_AT_KEYS_EVERY, turn=parts.lease("re-encryption")),
        Job("seals", parts.audit.step, every=SEAL_EVERY, turn=parts.lease("seals")),
        Job("usage", usage.step, every=KEEP_USAGE_EVERY, turn=Always()),
        Job("watch", watch.step, every=WATCH_EVERY, turn=parts.lease("watch")),
        Job("consumers", parts.bus.keep_consuming, every=CONSUMERS_EVERY, turn=Always()),
    )
    return Service(parts.name, parts.settings, api, parts.bus, parts.store, health, (*standing, *jobs))


def _site(parts: Parts, access: Access, templates: Mapping[str, Path], endings: Endings) -> Site:
    """Returns what pages need. By real time: a rehearsal moves the service's clock, not people's sessions."""
    drafts, seal = MongoDrafts(parts.store, parts.cipher, SystemClock()), Seal(parts.keyring)
    return Site.of(parts.settings.site, parts.name, templates, seal, drafts, endings, access, SystemClock())


def _audit_key(keyring: Keyring, service: str) -> bytes:
    """Outside the store, so that nobody there can make a trail good again that they changed; of each service its own,
    so that nothing of one trail passes for another's."""
    return keyring.made_for("audit", f"audit trail|{service}")
