"""Loading a population: read, check, suppress, keep; all of it or nothing."""

import hashlib
from collections.abc import AsyncIterator, Sequence

from services.dispatcher.campaign import DispatchedCampaign
from services.dispatcher.communication import Recipient
from services.dispatcher.customer import Customer, Rejection, read_customer
from services.dispatcher.population_file import Fields, rows
from services.dispatcher.ports import PopulationRepository
from services.dispatcher.report import Candidate, Report
from services.dispatcher.suppression import DUPLICATE, reason_to_suppress
from services.dispatcher.work import AllocationDue
from shared.clock import Clock
from shared.errors import Conflict, Invalid, Problem
from shared.identifiers import new_id

TOGETHER = 500
"""Rows kept in one write."""


class PopulationLoader:
    def __init__(self, repository: PopulationRepository, clock: Clock) -> None:
        self._repository = repository
        self._clock = clock

    async def load(self, reference: str, chunks: AsyncIterator[bytes]) -> str:
        """Read a CSV file as it comes in; gives the id of the load.

        The same file again gives the load it made before. Raises, with nothing kept, when the file as a whole cannot
        be used, or when the campaign has another population: who is randomised cannot change afterwards.
        """
        campaign = await self._repository.campaign(reference)
        if campaign.load is not None:
            return await self._same_again(campaign.load, chunks)
        report = Report(load=new_id())
        try:
            await self._read(campaign, report, chunks)
            _expect_somebody(report)
            said = [report.event(reference, self._clock.now()), AllocationDue(campaign=reference, load=report.load)]
            await self._repository.finish(reference, report, said)
        except BaseException:
            await self._repository.discard(report.load)
            raise
        return report.load

    async def _same_again(self, load: str, chunks: AsyncIterator[bytes]) -> str:
        digest = hashlib.sha256()
        async for chunk in chunks:
            digest.update(chunk)
        if digest.hexdigest() != await self._repository.sha256(load):
            raise Conflict("the campaign has another population already")
        return load

    async def _read(self, campaign: DispatchedCampaign, report: Report, chunks: AsyncIterator[bytes]) -> None:
        digest = hashlib.sha256()

        async def hashed() -> AsyncIterator[bytes]:
            async for chunk in chunks:
                digest.update(chunk)
                yield chunk

        batch: list[Candidate | Rejection] = []
        async for number, fields in rows(hashed()):
            batch.append(_judged(campaign, number, fields))
            if len(batch) == TOGETHER:
                await self._keep(report, batch)
                batch = []
        await self._keep(report, batch)
        report.sha256 = digest.hexdigest()

    async def _keep(self, report: Report, batch: Sequence[Candidate | Rejection]) -> None:
        rejections = [item for item in batch if isinstance(item, Rejection)]
        candidates = [item for item in batch if isinstance(item, Candidate)]
        report.rows += len(batch)
        report.rejected.update(f"{r.field}-{r.reason}".replace("_", "-") for r in rejections)
        if rejections:
            await self._repository.reject(report.load, rejections)
        duplicates = await self._repository.add(report.load, candidates) if candidates else set()
        for candidate in candidates:
            reason = DUPLICATE if candidate.recipient.row in duplicates else candidate.suppressed
            if reason:
                report.suppressed[reason] += 1
            else:
                report.strata[candidate.recipient.customer.stratum] += 1


def _judged(campaign: DispatchedCampaign, number: int, fields: Fields | None) -> Candidate | Rejection:
    if fields is None:
        return Rejection(number, "row", "ragged")
    customer = read_customer(number, fields, campaign.plan.reference_kind)
    if isinstance(customer, Customer):
        return Candidate(Recipient(number, customer), reason_to_suppress(customer, campaign.languages))
    return customer


def _expect_somebody(report: Report) -> None:
    if not report.eligible:
        found = [
            Problem(name, reason, f"{count} rows")
            for name, counter in (("rejected", report.rejected), ("suppressed", report.suppressed))
            for reason, count in counter.items()
        ]
        raise Invalid("nobody in this file can be written to", *found)
