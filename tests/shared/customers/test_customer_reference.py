"""Customers' own references: the rules of each kind, one spelling for each, and never a word of a wrong one."""

import string
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.customers.reference import OWN, Kind, ReferenceKind, normalise
from shared.errors import Invalid
from shared.reading.references import WORDS

UTR, NINO, VRN, PAYE = ReferenceKind.UTR, ReferenceKind.NINO, ReferenceKind.VRN, ReferenceKind.PAYE
NAMES: dict[Kind, str] = {kind: kind.upper() for kind in ReferenceKind} | {OWN: "reference of the campaign's own"}
SAID: dict[Kind, set[str]] = {
    kind: {f"not a valid {name}: {words}" for (of, _), words in WORDS.items() if of == kind}
    for kind, name in NAMES.items()
}
"""All that may ever be said about a wrong reference."""


def rule_broken(kind: Kind, text: str) -> str | None:
    error = refusal(kind, text)
    if error is None:
        return None
    (problem,) = error.problems
    assert {error.message, problem.message} <= SAID[kind]
    assert problem.field == "customer_reference"
    return problem.rule


def refusal(kind: Kind, text: str) -> Invalid | None:
    try:
        normalise(kind, text)
    except Invalid as error:
        return error
    return None


@pytest.mark.parametrize(
    ("kind", "text", "canonical"),
    [
        (UTR, "1955839661", "1955839661"),
        (UTR, "19558 39661", "1955839661"),
        (UTR, " 1955839661K", "1955839661"),
        (UTR, "19558/39661k", "1955839661"),
        (VRN, "980780684", "980780684"),
        (VRN, "GB 980 7806 84", "980780684"),
        (VRN, "gb980780684", "980780684"),
        (NINO, "ab 12 34 56 c", "AB123456C"),
        (NINO, "AB-12-34-56-D", "AB123456D"),
        (PAYE, "123/ab456", "123/AB456"),
        (PAYE, " 123 / A ", "123/A"),
        (UTR, "19558\u201339661", "1955839661"),
        (UTR, "\ufeff19558\u00a039661\u200b", "1955839661"),
        (UTR, "325 19558 39661", "1955839661"),
        (VRN, "XI 980 7806 84", "980780684"),
        (VRN, "GB 980 7806 84 001", "980780684"),
        (NINO, "AB\u201312\u201134 56\u2212C", "AB123456C"),
        (PAYE, "123\u2013AB 456", "123/AB456"),
        (OWN, "T\u20120001", "T-0001"),
        (OWN, " t-0001 ", "T-0001"),
        (OWN, "a/1.2", "A/1.2"),
    ],
)
def test_a_reference_has_one_spelling(kind: Kind, text: str, canonical: str) -> None:
    assert normalise(kind, text) == canonical
    assert normalise(kind, canonical) == canonical


@pytest.mark.parametrize(
    ("kind", "text", "rule"),
    [
        (UTR, "2955839661", "check-digit"),
        (UTR, "195583966", "length"),
        (PAYE, "12/AB456", "format"),
        (PAYE, "123/", "format"),
        (PAYE, "123/ABCDEFGHIJK", "format"),
        (UTR, "19558396611", "length"),
        (UTR, "195583966A", "format"),
        (UTR, "١٩٥٥٨٣٩٦٦١", "format"),
        (UTR, "", "format"),
        (UTR, "1955839661" + " " * 40 + "and somebody's name", "format"),
        (VRN, "980780685", "check-digit"),
        (VRN, "98078068", "length"),
        (VRN, "9807806840", "length"),
        (VRN, "980780685001", "check-digit"),
        (VRN, "980780684.000", "format"),
        (UTR, "3252955839661", "check-digit"),
        (UTR, "1955839661.0", "format"),
        (PAYE, "1234/AB", "format"),
        (PAYE, "12 3/AB", "format"),
        (PAYE, "1234 AB", "format"),
        (VRN, "GBGD001", "format"),
        (VRN, "٩٨٠٧٨٠٦٨٤", "format"),
        (NINO, "AB123456E", "format"),
        (NINO, "AB12345C", "format"),
        (NINO, "AB123456", "format"),
        (OWN, "T-0001:X", "format"),
        (OWN, "T 0001", "format"),
        (OWN, "T1", "format"),
        (OWN, "T" * 21, "format"),
        (OWN, "", "format"),
    ],
)
def test_a_wrong_reference_is_refused_by_the_rule_it_breaks(kind: Kind, text: str, rule: str) -> None:
    assert rule_broken(kind, text) == rule


@given(st.text("0123456789", min_size=9, max_size=9))
def test_of_ten_utrs_that_differ_in_the_first_digit_one_is_valid(digits: str) -> None:
    total = sum(int(d) * weight for d, weight in zip(digits, (6, 7, 8, 9, 10, 5, 4, 3, 2), strict=True))
    valid = [first for first in string.digits if rule_broken(UTR, first + digits) is None]
    assert valid == ["21987654321"[total % 11]]


@given(st.integers(1_000_000, 9_999_999))
def test_a_vrn_may_have_either_of_its_two_check_numbers(digits: int) -> None:
    total = sum(int(d) * weight for d, weight in zip(str(digits), range(8, 1, -1), strict=True))
    for check in (97 - total % 97, 97 - (total + 55) % 97):
        assert rule_broken(VRN, f"{digits}{check:02d}") is None
    assert rule_broken(VRN, f"{digits}{(97 - total % 97 + 1) % 97:02d}") == "check-digit"


def test_a_nino_begins_with_letters_that_are_in_use() -> None:
    def in_use(first: str, second: str) -> bool:
        if {first, second} & set("DFIQUV") or second == "O":
            return False
        return first + second not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")

    pairs = list(product(string.ascii_uppercase, repeat=2))
    accepted = {pair for pair in pairs if rule_broken(NINO, f"{pair[0]}{pair[1]}123456A") is None}
    assert accepted == {pair for pair in pairs if in_use(*pair)}
    ends = [end for end in string.ascii_uppercase if rule_broken(NINO, f"AB123456{end}") is None]
    assert ends == ["A", "B", "C", "D"]


@given(st.sampled_from(ReferenceKind), st.text() | st.text("0123456789 -./KGB", max_size=30))
@example(UTR, "\ud800")
@example(NINO, "ﬁ123456A")
def test_whatever_is_typed_gives_a_reference_or_a_rule_and_nothing_else(kind: ReferenceKind, text: str) -> None:
    if rule_broken(kind, text) is None:
        canonical = normalise(kind, text)
        assert canonical.isascii()
        assert len(canonical) in {UTR: (10,), NINO: (9,), VRN: (9,), PAYE: range(5, 15)}[kind]
        assert normalise(kind, canonical) == canonical
