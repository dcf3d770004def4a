"""The search for a letter whose reference the caller does not have: by their own reference, or by what it says."""

from collections.abc import Callable

from shared.customers.reference import CustomerReference
from shared.errors import Invalid, Problem
from shared.reading.references import ReferenceKind
from shared.values import Value

Typed = Callable[[str], str]
"""Gives what was typed in a field."""
REFERENCE_KINDS: dict[ReferenceKind, str] = {
    ReferenceKind.UTR: "Unique Taxpayer Reference (UTR)",
    ReferenceKind.NINO: "National Insurance number",
    ReferenceKind.VRN: "VAT registration number",
    ReferenceKind.PAYE: "PAYE reference",
}
WRONG: dict[ReferenceKind, str] = {
    ReferenceKind.UTR: "Check the UTR: it has ten digits, and one may be wrong or two may be swapped",
    ReferenceKind.NINO: "Check the National Insurance number: two letters, six digits and a letter from A to D",
    ReferenceKind.VRN: "Check the VAT registration number: nine digits, and one may be wrong or two may be swapped",
    ReferenceKind.PAYE: "Check the PAYE reference: three digits, a slash, and up to ten letters and digits",
}
LONGEST_REFERENCE, LONGEST_WORDS = 40, 500
FIELDS = ("letter_reference", "customer_kind", "customer_reference", "letter_says")


class Search(Value):
    """Facts that a caller can tell: their reference, words of the letter, or both."""

    customer: CustomerReference | None = None
    says: str | None = None


def read_search(typed: Typed) -> tuple[Search | None, list[Problem]]:
    """Returns what to search by, or the problems with what was typed, each with its field."""
    problems: list[Problem] = []
    says, reference = typed("letter_says"), typed("customer_reference")
    if not says and not reference:
        message = "Enter the customer's own reference, or what the letter says"
        problems.append(Problem("customer_reference", "required", message))
    if len(says) > LONGEST_WORDS:
        problems.append(Problem("letter_says", "too-long", f"Shorten this to {LONGEST_WORDS} characters"))
    customer = _customer(typed("customer_kind"), reference, problems) if reference else None
    return (None, problems) if problems else (Search(customer=customer, says=says or None), [])


def customer_of(typed: Typed) -> CustomerReference | None:
    """Returns the customer whom the caller named by a reference that can be right; None without one."""
    return _customer(typed("customer_kind"), typed("customer_reference"), [])


def _customer(kind: str, reference: str, problems: list[Problem]) -> CustomerReference | None:
    if kind not in REFERENCE_KINDS:
        problems.append(Problem("customer_kind", "required", "Choose what kind of reference it is"))
        return None
    known = ReferenceKind(kind)
    if len(reference) <= LONGEST_REFERENCE:
        try:
            return CustomerReference(kind=known, reference=reference).normalised()
        except Invalid:
            pass
    problems.append(Problem("customer_reference", "format", WRONG[known]))
    return None
