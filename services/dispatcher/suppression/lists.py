"""Suppression lists: customers who are not to be written to, why, and from when until when. A list is taken over whole
or not at all: a line that is passed over would be a customer who is written to.

Who sent or withdrew which list, or tried to, is in the audit trail before it has any effect.
"""

from collections import Counter
from typing import Any

from services.dispatcher.customers.reference import KnownBy
from services.dispatcher.files.upload import Hashed, Upload
from services.dispatcher.suppression.index import SuppressionEntry
from services.dispatcher.suppression.list_lines import SuppressionLines
from services.dispatcher.suppression.list_summary import ListSummary
from services.dispatcher.suppression.ports import ListRepository
from services.dispatcher.suppression.rules import SuppressionRules
from shared.clock import Clock
from shared.errors import Invalid, Malformed, Problem
from shared.identifiers import new_id
from shared.protection import Keyring
from shared.trail import AuditTrail

LINES_PER_BLOCK = 500  # lines kept in one document
MOST_PROBLEMS = 50


class SuppressionLists:
    def __init__(
        self, repository: ListRepository, rules: SuppressionRules, keyring: Keyring, clock: Clock, trail: AuditTrail
    ) -> None:
        self._repository = repository
        self._rules = rules
        self._keyring = keyring
        self._clock = clock
        self._trail = trail

    async def replace(self, name: str, known_by: KnownBy, upload: Upload) -> ListSummary:
        """Reads CSV as it comes in. Raises `Invalid` for any line that is not right, and leaves the list as it was."""
        load, file = new_id(), Hashed(upload)
        try:
            await self._repository.begin(load, name)
            reasons = await self._read(load, known_by, file)
            summary = ListSummary(
                name=name,
                load=load,
                entries=reasons.total(),
                reasons=dict(reasons),
                sent_by=upload.sent_by,
                sent_at=self._clock.now(),
                campaign=known_by.campaign,
                sha256=file.hexdigest(),
            )
            await self._note(upload.sent_by, "suppression-list.replace-asked", _asked(summary))
            await self._repository.finish(summary)
        except (Invalid, Malformed) as error:
            await self._repository.discard(load)
            await self._note(upload.sent_by, "suppression-list.refused", await _refused(name, known_by, file, error))
            raise
        except BaseException:
            await self._repository.discard(load)
            raise
        return summary

    async def withdraw(self, name: str, by: str) -> None:
        """Raises `NotFound`."""
        summary = await self._repository.current(name)
        await self._note(by, "suppression-list.withdraw-asked", _asked(summary))
        await self._repository.withdraw(summary)

    async def _read(self, load: str, known_by: KnownBy, file: Hashed) -> Counter[str]:
        reasons, problems, block, blocks = Counter[str](), list[Problem](), list[SuppressionEntry](), 0
        async for found in SuppressionLines(self._rules, self._keyring, known_by).read(file.chunks()):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                block.append(found)
                reasons[found.reason] += 1
            if len(problems) == MOST_PROBLEMS:
                break
            if len(block) == LINES_PER_BLOCK:
                await self._repository.add(load, blocks, block)
                blocks, block = blocks + 1, []
        if problems:
            raise Invalid("the list is not taken over: every line must be right", *problems)
        file.expect_as_sent()
        if not reasons:
            message = "the list has no lines: to end a list, withdraw it by DELETE"
            raise Invalid(message, Problem("file", "empty", message))
        if block:
            await self._repository.add(load, blocks, block)
        return reasons

    async def _note(self, who: str, what: str, details: dict[str, Any]) -> None:
        await self._trail.append(self._clock.now(), who, what, details)


def _asked(summary: ListSummary) -> dict[str, Any]:
    return summary.model_dump(mode="json", exclude={"sent_by", "sent_at"})


async def _refused(name: str, known_by: KnownBy, file: Hashed, error: Invalid | Malformed) -> dict[str, Any]:
    """`problems` by the rule that was broken, of the first lines that broke one."""
    problems = Counter(problem.rule for problem in error.problems)
    return {
        "name": name,
        "campaign": known_by.campaign,
        "sha256": await file.to_its_end(),
        "refused": error.code,
        "problems": dict(problems),
    }
