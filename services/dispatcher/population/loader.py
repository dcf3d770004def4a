"""Loading of a population: read, check, suppress, find a place to randomise, keep; the whole file or nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import aclosing
from pathlib import Path

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.campaigns.capabilities import ChannelCapabilities
from services.dispatcher.customers.customer import Customer, Recipient, Rejection, read_customer
from services.dispatcher.customers.schema import PopulationSchema
from services.dispatcher.files.csv_rows import rows
from services.dispatcher.files.formats import as_csv
from services.dispatcher.files.upload import Hashed, Upload
from services.dispatcher.population.correction import expect_no_correction
from services.dispatcher.population.expected import expect_somebody
from services.dispatcher.population.ports import ROWS_PER_BLOCK, PopulationRepository, SuppressionLookup
from services.dispatcher.population.report import Candidate, LoadReport
from services.dispatcher.population.row_memory import RowMemory
from services.dispatcher.population.screening import IN_WELSH, Screening
from services.dispatcher.population.whole_load import whole_load
from services.dispatcher.suppression.rules import SuppressionRules
from shared.clock import Clock, today
from shared.errors import Conflict, Unavailable
from shared.identifiers import new_id
from shared.protection import Keyring

LOADS_PER_PROCESS = 2
"""Populations that one process reads at a time, each in memory of its own."""


class PopulationLoader:
    """`channels` are those that are configured; `folder` is for what a load has to remember while it runs."""

    def __init__(
        self,
        repository: PopulationRepository,
        known: SuppressionLookup,
        rules: SuppressionRules,
        channels: Mapping[str, ChannelCapabilities],
        keyring: Keyring,
        clock: Clock,
        folder: Path,
    ) -> None:
        self._repository = repository
        self._known = known
        self._rules = rules
        self._channels = channels
        self._keyring = keyring
        self._clock = clock
        self._folder = folder
        self._running = 0

    async def load(self, reference: str, upload: Upload) -> str:
        """Reads a file as it comes in; gives the id of the load.

        The same file again gives the load it made before. Raises, with nothing kept, when the file as a whole cannot
        be used, or when the campaign has another population: who is randomised cannot change afterwards.
        """
        campaign = await self._repository.campaign(reference)
        expect_no_correction(campaign)
        if campaign.load is not None:
            return await self._same_again(campaign.load, upload)
        if self._running == LOADS_PER_PROCESS:
            raise Unavailable("other populations are being loaded: try again when they are done")
        self._running += 1
        try:
            return await self._load(campaign, upload)
        finally:
            self._running -= 1

    async def _load(self, campaign: DispatchedCampaign, upload: Upload) -> str:
        schema = await self._repository.schema(campaign)
        schema.reference.expect_kind_of(campaign.plan.reference_kind)
        report = LoadReport(load=new_id(), sent_by=upload.sent_by)
        async with whole_load(self._repository, campaign, schema.reference.kind, report, self._clock):
            await self._read(campaign, schema, report, upload)
            expect_somebody(report)
        return report.load

    async def _same_again(self, load: str, upload: Upload) -> str:
        """Returns the finished load if the file is the same. With its digest given, nothing has to be read."""
        digest = upload.sha256 or await Hashed(upload).to_its_end()
        if digest != await self._repository.sha256(load):
            raise Conflict("the campaign has another population already")
        return load

    async def _read(
        self, campaign: DispatchedCampaign, schema: PopulationSchema, report: LoadReport, upload: Upload
    ) -> None:
        hashed, block = Hashed(upload), list[Customer | Rejection]()
        with RowMemory(self._folder) as desk:
            now = today(self._clock)
            judging = Screening(campaign, schema, self._channels, self._rules, self._keyring, desk, now)
            async with aclosing(as_csv(hashed.chunks(), self._folder, schema.passed_over)) as text:
                async for number, fields in rows(text, schema):
                    block.append(_read(number, fields, schema, judging.needed))
                    if len(block) == ROWS_PER_BLOCK:
                        await self._keep(report, judging, block)
                        block = []
            await self._keep(report, judging, block)
            report.places = Counter(desk.places)
            await self._withdraw(report, desk)
        hashed.expect_as_sent()
        report.sha256 = hashed.hexdigest()

    async def _keep(self, report: LoadReport, judging: Screening, block: Sequence[Customer | Rejection]) -> None:
        if not block:
            return
        first = report.rows + 1
        indexes = {
            row: judging.index(item) for row, item in enumerate(block, start=first) if isinstance(item, Customer)
        }
        for item in block:
            if isinstance(item, Rejection):
                judging.hear(item)
        known = await self._known.reasons(judging.leaving_alone, list(indexes.values()))
        judged: list[Candidate | Rejection] = [
            judging.candidate(Recipient(row, item), indexes[row], known.get(indexes[row], ()))
            if isinstance(item, Customer)
            else item
            for row, item in enumerate(block, start=first)
        ]
        report.count(judged)
        await self._repository.add(report.load, first, judged)

    async def _withdraw(self, report: LoadReport, desk: RowMemory) -> None:
        """Applies what later rows say of customers: withdraws those with a reason to suppress, and turns to Welsh
        those whom a later row marks Welsh."""
        for told in desk.told(ROWS_PER_BLOCK):
            reasons = {row: reason for row, said in told.items() if (reason := self._rules.gravest(said))}
            welsh = [row for row, said in told.items() if IN_WELSH in said and row not in reasons]
            if welsh:
                await self._repository.write_in_welsh(report.load, welsh)
            if not reasons:
                continue
            for customer in await self._repository.withdraw(report.load, reasons):
                report.withdraw(customer, reasons[customer.row], desk.leave(customer.place))


def _read(
    number: int, fields: Mapping[str, str] | str, schema: PopulationSchema, needed: AbstractSet[str]
) -> Customer | Rejection:
    if isinstance(fields, str):
        return Rejection(number, "row", fields)
    if not any(map(str.strip, fields.values())):
        return Rejection(number, "row", "blank")
    return read_customer(number, fields, schema, needed)
