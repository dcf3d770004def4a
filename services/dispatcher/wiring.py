"""Wiring of dispatcher's capabilities: the repositories, and on them loading, issuing and data protection."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from services.dispatcher.campaigns.repository.campaigns import MongoCampaigns
from services.dispatcher.channels.channel import GuardedChannel
from services.dispatcher.handlers import Handlers
from services.dispatcher.issue.issuer import Issuer
from services.dispatcher.issue.repository import MongoDispatch
from services.dispatcher.issue.settlement import Settler
from services.dispatcher.issue.waits import Waits
from services.dispatcher.ledger.attribution import ArmAttribution
from services.dispatcher.ledger.delivery_reports import DeliveryReports
from services.dispatcher.ledger.told_customers import ToldCustomers
from services.dispatcher.population.correction import CorrectionLoader
from services.dispatcher.population.loader import PopulationLoader
from services.dispatcher.population.repository.abandoned import MongoLoading
from services.dispatcher.population.repository.population import MongoPopulation
from services.dispatcher.population.repository.wrong_letters import MongoWrongLetters
from services.dispatcher.privacy.repository.privacy import MongoSubjects
from services.dispatcher.privacy.repository.restrictions import MongoRestrictions
from services.dispatcher.privacy.service import DataProtection
from services.dispatcher.schedule.quiet_days import QuietDays
from services.dispatcher.schedule.scheduler import Scheduler
from services.dispatcher.settings import Settings
from services.dispatcher.suppression.repository.suppressions import MongoSuppressions
from services.dispatcher.suppression.rules import SuppressionRules
from services.dispatcher.suppression.rules_file import load_suppression_rules
from services.dispatcher.units.reports import UnitReports
from services.dispatcher.units.repository import MongoUnits
from shared.clock import SystemClock
from shared.customers.generations import lifted
from shared.customers.token import customer_token, place_token, unit_token
from shared.events import Announcer
from shared.running.composition import Parts

Channels = Mapping[str, GuardedChannel]


@dataclass(frozen=True)
class Repositories:
    """Repositories of dispatcher, on one store; `rules` are the reviewed reasons to suppress."""

    campaigns: MongoCampaigns
    loading: MongoLoading
    population: MongoPopulation
    suppressions: MongoSuppressions
    ledger: MongoDispatch
    rules: SuppressionRules


@dataclass(frozen=True)
class Issuing:
    """Parts that turn an allocated population into issued letters, and hear what became of them."""

    scheduler: Scheduler
    settler: Settler
    issuer: Issuer
    reports: DeliveryReports
    handlers: Handlers


def repositories(parts: Parts, settings: Settings) -> Repositories:
    """Loads and lists go by real time, wherever the service's clock is set to."""
    store, name = parts.store, parts.name
    campaigns, loading = MongoCampaigns(store, name), MongoLoading(store, SystemClock())
    rules = load_suppression_rules(settings.suppression_file)
    generation, spool = parts.keyring.generation, settings.spool_folder
    population = MongoPopulation(store, campaigns, loading, parts.cipher, parts.clock, parts.audit, name, generation)
    suppressions = MongoSuppressions(store, population, loading, rules, SystemClock(), spool, generation)
    ledger = MongoDispatch(store, campaigns, population, suppressions, name)
    return Repositories(campaigns, loading, population, suppressions, ledger, rules)


def issuing(parts: Parts, kept: Repositories, settings: Settings, channels: Channels, announcer: Announcer) -> Issuing:
    ledger, suppressions, clock = kept.ledger, kept.suppressions, parts.clock
    quiet, token = QuietDays(settings.divisions), partial(customer_token, parts.keyring)
    capabilities = {code: channel.capabilities for code, channel in channels.items()}
    scheduler = Scheduler(ledger, clock, quiet)
    settler = Settler(ledger, capabilities, suppressions, clock, parts.keyring.references, token)
    issuer = Issuer(ledger, channels, settler, clock, quiet, Waits(parts.registry))
    unit, place = partial(unit_token, parts.keyring), partial(place_token, parts.keyring)
    reports = DeliveryReports(ledger, announcer, unit)
    units = UnitReports(MongoUnits(ledger, kept.population), token, unit, place, announcer)
    wronged = correction_loader(parts, kept, settings, channels)
    told = ToldCustomers(ledger, partial(lifted, parts.keyring), parts.keyring.generation)
    attribution = ArmAttribution(ledger, told)
    handlers = Handlers(kept.campaigns, scheduler, issuer, reports, attribution, units, wronged, announcer)
    return Issuing(scheduler, settler, issuer, reports, handlers)


def population_loader(parts: Parts, kept: Repositories, settings: Settings, channels: Channels) -> PopulationLoader:
    capabilities = {code: channel.capabilities for code, channel in channels.items()}
    return PopulationLoader(
        kept.population, kept.suppressions, kept.rules, capabilities, parts.keyring, parts.clock, settings.spool_folder
    )


def correction_loader(parts: Parts, kept: Repositories, settings: Settings, channels: Channels) -> CorrectionLoader:
    capabilities = {code: channel.capabilities for code, channel in channels.items()}
    return CorrectionLoader(
        kept.population,
        MongoWrongLetters(kept.ledger, kept.population),
        kept.suppressions,
        kept.rules,
        capabilities,
        parts.keyring,
        parts.clock,
        settings.spool_folder,
    )


def data_protection(parts: Parts, kept: Repositories) -> DataProtection:
    subjects = MongoSubjects(parts.store, kept.ledger, parts.cipher, parts.keyring.references)
    restrictions = MongoRestrictions(parts.store, kept.suppressions)
    return DataProtection(subjects, restrictions, parts.audit, parts.keyring, parts.clock)
