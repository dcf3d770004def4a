"""A load that becomes its campaign's population whole, or of which nothing is kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.own_messages import AllocationDue
from services.dispatcher.population.expected import expect_in_time
from services.dispatcher.population.ports import PopulationRepository
from services.dispatcher.population.report import LoadReport
from shared.clock import Clock
from shared.customers.reference import Kind


@asynccontextmanager
async def whole_load(
    repository: PopulationRepository, campaign: DispatchedCampaign, known_by: Kind, report: LoadReport, clock: Clock
) -> AsyncIterator[None]:
    """Begins the load, into which the caller puts everybody, and at the end makes it the campaign's population and says
    so. Whatever is raised meanwhile, or by `expect_in_time`, leaves nothing of it.
    """
    try:
        await repository.begin(report.load, campaign.reference)
        yield
        expect_in_time(campaign.plan, report.eligible)
        said = [
            report.event(campaign.reference, clock.now()),
            AllocationDue(campaign=campaign.reference, load=report.load),
        ]
        await repository.finish(campaign.reference, known_by, report, said)
    except BaseException:
        await repository.discard(report.load)
        raise
