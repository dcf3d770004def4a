"""Population of a correction: exactly the customers who got the wrong letters, screened again."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.campaigns.capabilities import ChannelCapabilities
from services.dispatcher.customers.customer import Recipient
from services.dispatcher.customers.schema import PopulationSchema
from services.dispatcher.population.ports import ROWS_PER_BLOCK, CorrectionRepository, SuppressionLookup
from services.dispatcher.population.report import LoadReport
from services.dispatcher.population.row_memory import RowMemory
from services.dispatcher.population.screening import Screening
from services.dispatcher.population.whole_load import whole_load
from services.dispatcher.population.wrongly_written import WrongLetter, WrongLetters
from services.dispatcher.suppression.rules import SuppressionRules
from shared.clock import Clock, today
from shared.contracts.campaigns import Corrected
from shared.errors import Conflict, Invalid, Problem
from shared.identifiers import new_id
from shared.protection import Keyring

CAME_BACK = "returned-mail"
"""Reason of a customer whose wrong letter is known not to have reached them."""


class CorrectionLoader:
    """`rules` and `channels` are those of any load. No days of peace after other letters: a wrong letter is
    corrected, whoever wrote meanwhile.
    """

    def __init__(
        self,
        repository: CorrectionRepository,
        wrong: WrongLetters,
        known: SuppressionLookup,
        rules: SuppressionRules,
        channels: Mapping[str, ChannelCapabilities],
        keyring: Keyring,
        clock: Clock,
        folder: Path,
    ) -> None:
        self._repository = repository
        self._wrong = wrong
        self._known = known
        self._rules = rules
        self._channels = channels
        self._keyring = keyring
        self._clock = clock
        self._folder = folder

    async def load(self, reference: str) -> None:
        """Makes the population of an approved correction, once. Raises `Invalid` where nobody got such a letter, or
        nobody who did can be written to; `Conflict` if another replica has just made it.
        """
        campaign = await self._repository.campaign(reference)
        if campaign.load is not None or campaign.plan.corrects is None:
            return
        corrects = campaign.plan.corrects
        by = (await self._wrong.schema(corrects)).reference
        schema = PopulationSchema(reference=by, recently_contacted_days=0)
        await self._repository.declare(reference, schema)
        report = LoadReport(load=new_id(), sent_by="dispatcher")
        async with whole_load(self._repository, campaign, by.kind, report, self._clock):
            await self._gather(campaign, corrects, schema, report)
            _expect_somebody(report)

    async def _gather(
        self, campaign: DispatchedCampaign, corrects: Corrected, schema: PopulationSchema, report: LoadReport
    ) -> None:
        letters, block = hashlib.sha256(), list[WrongLetter]()
        with RowMemory(self._folder) as desk:
            now = today(self._clock)
            judging = Screening(campaign, schema, self._channels, self._rules, self._keyring, desk, now)
            async for letter in self._wrong.of(corrects):
                letters.update(letter.reference.encode())
                block.append(letter)
                if len(block) == ROWS_PER_BLOCK:
                    await self._keep(report, judging, block)
                    block = []
            await self._keep(report, judging, block)
            report.places = desk.places
        report.sha256 = letters.hexdigest()

    async def _keep(self, report: LoadReport, judging: Screening, block: list[WrongLetter]) -> None:
        if not block:
            return
        first = report.rows + 1
        indexes = [judging.index(letter.customer) for letter in block]
        known = await self._known.reasons(judging.leaving_alone, indexes)
        judged = [
            judging.candidate(
                Recipient(row, letter.customer),
                index,
                [*known.get(index, ()), *([CAME_BACK] if letter.came_back else [])],
            )
            for row, (letter, index) in enumerate(zip(block, indexes, strict=True), start=first)
        ]
        report.count([*judged])
        await self._repository.add(report.load, first, judged)


def expect_no_correction(campaign: DispatchedCampaign) -> None:
    """Raises `Conflict` for a file that somebody loads for a correction."""
    if campaign.plan.corrects:
        first = campaign.plan.corrects.campaign
        raise Conflict(f"{campaign.reference} writes to those who got wrong letters of {first}: no file is loaded")


def _expect_somebody(report: LoadReport) -> None:
    if not report.rows:
        raise Invalid("nobody got such a letter", Problem("corrects", "issued", "no such letter has gone out"))
    if not report.eligible:
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(report.suppressed.items()))
        raise Invalid("nobody can be written to", Problem("corrects", "suppressed", f"all are left alone: {reasons}"))
