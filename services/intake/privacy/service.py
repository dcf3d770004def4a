"""Data protection for a customer: find, export, restrict, erase; each noted in the audit trail."""

from services.intake.access_log import PersonalData
from services.intake.privacy.earlier_names import EarlierNames, Tokens
from services.intake.privacy.erasure import Erasure, sorted_out
from services.intake.privacy.ports import RestrictionRepository, SubjectRepository
from services.intake.privacy.subject import Subject
from shared.clock import Clock
from shared.customers.letter_reference import parse_letter_reference
from shared.customers.subject_access import Export, Ground, Whom
from shared.errors import Conflict, NotFound, Unavailable
from shared.principal import Principal
from shared.retention.policy import Policy
from shared.trail import AuditTrail
from shared.values import Code

ATTEMPTS = 10
"""Times that an erasure begins anew because something was recorded about the customer meanwhile."""


class DataProtection:
    """`tokens` gives what stands for a customer who gave that reference, of all generations: the newest first."""

    def __init__(
        self,
        subjects: SubjectRepository,
        restrictions: RestrictionRepository,
        personal: PersonalData,
        trail: AuditTrail,
        policy: Policy,
        clock: Clock,
        tokens: Tokens,
        earlier: EarlierNames,
    ) -> None:
        self._subjects = subjects
        self._restrictions = restrictions
        self._personal = personal
        self._trail = trail
        self._policy = policy
        self._clock = clock
        self._tokens = tokens
        self._earlier = earlier

    async def export(self, whom: Whom, caller: Principal, *, files: bool = False) -> Export:
        """Restricted data too; `files` where the customer's own files go with it. Raises `NotFound` when nothing is
        kept."""
        subject = await self._subject(whom)
        await self._personal.note(caller, "subject.exported", subject.keys, {"files": True} if files else {})
        records = await self._subjects.records(subject)
        named = whom.customer_reference
        earlier = self._tokens(named)[1:] if named else await self._earlier.of(subject, records)
        export = Export(
            made_at=self._clock.now(),
            letters=subject.letters,
            holdings=records,
            seen_by=await self._trail.seen_by([*subject.keys, *earlier]),
            restricted=bool(await self._restrictions.among(subject.keys)),
        )
        if export.empty:
            raise NotFound("nothing is kept about this customer")
        return export

    async def restrict(self, whom: Whom, reason: Code, caller: Principal) -> bool:
        """Restricts a customer's data and returns whether anything is kept about them now. If not, the restriction
        holds for records that come under that name later."""
        subject = await self._subject(whom)
        await self._personal.note(caller, "subject.restricted", subject.keys, {"reason": reason})
        await self._restrictions.restrict(subject, reason, caller.subject, self._clock.now())
        return await self._subjects.known(subject)

    async def lift(self, whom: Whom, reason: Code, caller: Principal) -> None:
        subject = await self._subject(whom)
        await self._personal.note(caller, "subject.unrestricted", subject.keys, {"reason": reason})
        await self._restrictions.lift(subject)

    async def erase(self, whom: Whom, ground: Ground, caller: Principal) -> Erasure:
        """Erases until nothing that was recorded meanwhile is left. Raises `Conflict` while the data is restricted:
        somebody may need it for a claim."""
        subject = await self._subject(whom)
        for _ in range(ATTEMPTS):
            if await self._restrictions.among(subject.keys):
                raise Conflict("this customer's data is restricted: lift the restriction first")
            now = self._clock.now()
            held = await self._subjects.holdings(subject)
            lawful, refused = sorted_out(self._policy, held, now)
            erasure = Erasure(erased={h.type: len(h.records) for h in lawful}, refused=tuple(refused))
            # before it is done, for afterwards nobody could say what it was
            await self._personal.note(caller, "subject.erased", subject.keys, {"ground": ground, **_counts(erasure)})
            if await self._subjects.erase(subject, held, lawful, caller.subject, now):
                return erasure
        raise Unavailable("this customer's records are changing at this moment: ask again")

    async def _subject(self, whom: Whom) -> Subject:
        """Raises `Invalid` for a reference that cannot be anybody's, or is nobody's without its campaign."""
        if whom.letter_reference is not None:
            return await self._subjects.by_letter(parse_letter_reference(whom.letter_reference))
        customer = whom.customer_reference
        assert customer is not None  # noqa: S101 (one of the two is there)
        return await self._subjects.by_customer(self._tokens(customer)[0])


def _counts(erasure: Erasure) -> dict[str, dict[str, int]]:
    return {
        "erased": dict(erasure.erased),
        "refused": {refusal.type: refusal.count for refusal in erasure.refused},
    }
