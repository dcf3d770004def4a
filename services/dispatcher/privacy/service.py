"""Requests of the data protection team about a customer of a population: export, restrict, erase; each with a trace."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from services.dispatcher.privacy.ports import Restrictions, SubjectRepository
from services.dispatcher.privacy.subject import IN_HAND, Erasure, Refusal, Subject
from shared.clock import Clock
from shared.customers.letter_reference import parse_letter_reference
from shared.customers.subject_access import Export, Ground, Whom
from shared.customers.token import customer_index, customer_tokens
from shared.errors import Conflict, NotFound
from shared.principal import Principal
from shared.protection import Keyring
from shared.trail import AuditTrail
from shared.values import Code


class DataProtection:
    def __init__(
        self,
        subjects: SubjectRepository,
        restrictions: Restrictions,
        trail: AuditTrail,
        keyring: Keyring,
        clock: Clock,
    ) -> None:
        self._subjects = subjects
        self._restrictions = restrictions
        self._trail = trail
        self._keyring = keyring
        self._clock = clock

    async def export(self, whom: Whom, caller: Principal) -> Export:
        """Returns everything that is kept, restricted data too. Raises `NotFound` when nothing is kept."""
        subject = await self._subject(whom)
        rows = await self._subjects.rows(subject.index)
        letters = await self._subjects.letters(rows)
        await self._note(caller, "subject.exported", subject, letters, {})
        export = Export(
            made_at=self._clock.now(),
            letters=tuple(letters),
            holdings=await self._subjects.records(rows) | await self._restrictions.about(subject.index),
            seen_by=await self._trail.seen_by([*subject.tokens, *letters]),
            restricted=await self._restrictions.restricted(subject.index),
        )
        if export.empty:
            raise NotFound("nothing is kept about this customer")
        return export

    async def restrict(self, whom: Whom, reason: Code, caller: Principal) -> None:
        """Restricts the customer's data: no campaign writes to them or takes them into its population."""
        subject = await self._subject(whom)
        await self._note(caller, "subject.restricted", subject, (), {"reason": reason})
        await self._restrictions.restrict(subject.index, reason, caller.subject, self._clock.now())

    async def lift(self, whom: Whom, reason: Code, caller: Principal) -> None:
        subject = await self._subject(whom)
        await self._note(caller, "subject.unrestricted", subject, (), {"reason": reason})
        await self._restrictions.lift(subject.index)

    async def erase(self, whom: Whom, ground: Ground, caller: Principal) -> Erasure:
        """Erases every row that can be erased now, and says of the others why not. May be repeated. Raises `Conflict`
        while the data is restricted: somebody may need it for a claim."""
        subject = await self._subject(whom)
        if await self._restrictions.restricted(subject.index):
            raise Conflict("this customer's data is restricted: lift the restriction first")
        rows = await self._subjects.rows(subject.index)
        progresses = [await self._subjects.progress(row) for row in rows]
        reasons = {progress.row: progress.reason_to_wait for progress in progresses}
        lawful = [progress for progress in progresses if reasons[progress.row] is None]
        # before it is done, for afterwards nobody could say what it was
        about = await self._subjects.letters([progress.row for progress in lawful])
        details = {"ground": ground, "campaigns": [progress.row.campaign for progress in lawful]}
        await self._note(caller, "subject.erased", subject, about, details)
        for progress in lawful:
            if not await self._subjects.erase(progress, self._clock.now()):
                reasons[progress.row] = IN_HAND
        erased = Counter("population" for reason in reasons.values() if reason is None)
        refused = [Refusal(campaign=row.campaign, because=reason) for row, reason in reasons.items() if reason]
        return Erasure(erased=dict(erased), refused=tuple(refused))

    async def _subject(self, whom: Whom) -> Subject:
        """Raises `Invalid` for a reference that cannot be anybody's, or is nobody's without its campaign; `NotFound`
        for a letter that nobody was sent."""
        if whom.letter_reference is not None:
            index, known = await self._subjects.holder(parse_letter_reference(whom.letter_reference))
        else:
            assert whom.customer_reference is not None  # noqa: S101 (one of the two is there)
            known = whom.customer_reference.normalised()
            index = customer_index(self._keyring, known)
        return Subject(index, tuple(customer_tokens(self._keyring, known)))

    async def _note(
        self, caller: Principal, what: str, subject: Subject, letters: Sequence[str], details: Mapping[str, Any]
    ) -> None:
        about = {"about": [subject.token, *letters]}
        await self._trail.append(self._clock.now(), caller.subject, what, about | dict(details))
