"""Earlier names of a customer in the audit trail, which keeps the tokens that it was written with."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from services.intake.privacy.subject import Subject
from shared.customers.generations import generation_of, is_token
from shared.customers.reference import CustomerReference
from shared.customers.subject_access import Record
from shared.errors import Invalid
from shared.trail import AuditTrail

Tokens = Callable[[CustomerReference], Sequence[str]]
"""Returns a customer's tokens of all generations, the newest first."""


class EarlierNames:
    """Finds earlier tokens of a customer who is known by a letter alone: by the entries that name their letters too,
    and by references that they gave with a contact or that an outcome came with. Of each, the later ones are made."""

    def __init__(self, trail: AuditTrail, tokens: Tokens, lift: Callable[[str, int], str], newest: int) -> None:
        """`lift` gives the token of a generation that is made of an earlier one."""
        self._trail = trail
        self._tokens = tokens
        self._lift = lift
        self._newest = newest

    async def of(self, subject: Subject, records: Mapping[str, Sequence[Record]]) -> list[str]:
        if self._newest == 1 or subject.customer is None:
            return []
        named = {name for entry in await self._trail.about(subject.keys) for name in entry.details["about"]}
        theirs = [n for n in named if is_token(n) and self._lift(n, self._newest) == subject.customer]
        found = {self._lift(name, to) for name in theirs for to in range(generation_of(name), self._newest + 1)}
        for reference in _given(records):
            tokens = self._all(reference)
            found |= set(tokens) if subject.customer in tokens else set()
        return sorted(found - {subject.customer})

    def _all(self, reference: CustomerReference) -> Sequence[str]:
        try:
            return self._tokens(reference)
        except Invalid:  # kept as it was given, though it cannot be anybody's
            return ()


def _given(records: Mapping[str, Sequence[Record]]) -> Iterator[CustomerReference]:
    """Yields the references that these records hold, of kind own as ones of their campaign."""
    for record in (record for held in records.values() for record in held):
        if given := record.get("said", {}).get("customer_reference"):
            yield CustomerReference.model_validate(given).within(record.get("campaign"))
