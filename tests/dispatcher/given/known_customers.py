"""Suppression lists, and campaigns that have written to somebody already."""

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import httpx

from services.dispatcher.app import NAME
from services.dispatcher.campaigns.campaign import Status
from services.dispatcher.campaigns.repository.campaigns import MongoCampaigns
from services.dispatcher.population.repository.abandoned import MongoLoading
from services.dispatcher.population.repository.population import MongoPopulation
from services.dispatcher.suppression.repository.suppressions import MongoSuppressions
from services.dispatcher.suppression.rules_file import load_suppression_rules
from shared.contracts import CampaignApproved
from tests.dispatcher.given.people import utr
from tests.support.clocks import StoppedClock
from tests.support.inside import Inside
from tests.support.samples import sample


class Ticking(StoppedClock):
    """A clock that moves on by a second each time it is read."""

    def now(self) -> datetime:
        self.move(seconds=1)
        return self.instant


HEADER = "customer_reference,reason,from,until"


def line(number: int, reason: str = "deceased", since: str = "", until: str = "") -> str:
    return f"{utr(number)},{reason},{since},{until}"


async def send_list(dispatcher: Inside, name: str, *lines: str, kind: str = "utr") -> httpx.Response:
    async with dispatcher.caller("analyst") as analyst:
        data = "\r\n".join((HEADER, *lines)).encode()
        return await analyst.put(f"/v1/suppression-lists/{name}/entries?kind={kind}", content=data)


def suppressions(dispatcher: Inside, clock: StoppedClock) -> MongoSuppressions:
    """Suppressions as another replica has them, by a clock that is moved."""
    store, folder = dispatcher.service.store, Path(tempfile.gettempdir())
    population = dispatcher.part(MongoPopulation)
    return MongoSuppressions(store, population, MongoLoading(store, clock), load_suppression_rules(), clock, folder)


async def approve(dispatcher: Inside, reference: str) -> str:
    """Approves and launches another campaign."""
    campaigns = MongoCampaigns(dispatcher.service.store, NAME)
    approved = sample(CampaignApproved, campaign=reference)
    await campaigns.approve(approved)
    await campaigns.decide(reference, Status.GO, 1, approved.approved_at, 1)
    return reference


async def writes_to(dispatcher: Inside, campaign: str, rows: Sequence[int], at: datetime) -> None:
    """A campaign undertakes to write to the customers of these rows of its population."""
    suppressions, load = dispatcher.part(MongoSuppressions), await load_of(dispatcher, campaign)
    await suppressions.contacted(campaign, load, rows, at)


async def load_of(dispatcher: Inside, campaign: str) -> str:
    return str((await dispatcher.part(MongoPopulation).campaign(campaign)).load)


async def late(
    replica: MongoSuppressions, dispatcher: Inside, campaign: str, at: datetime, rows: Sequence[int]
) -> dict[int, str]:
    return await replica.late(campaign, await load_of(dispatcher, campaign), rows, at)
