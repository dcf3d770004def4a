"""Values as phones, spreadsheets and word processors write them, at every reader of them."""

from collections.abc import Callable

import pytest

from shared.customers.letter_reference import letter_reference, parse_letter_reference
from shared.errors import Invalid
from shared.reading.addresses import country_of, deliverable, nameless, placeholder
from shared.reading.emails import email_address
from shared.reading.phones import phone_number
from shared.reading.postcodes import postcode
from shared.reading.references import ReferenceKind, read_reference
from shared.reading.text import Unfit, cleaned

UTR, VRN, NINO = ReferenceKind.UTR, ReferenceKind.VRN, ReferenceKind.NINO
LETTER = letter_reference(1, b"k")


def wide(text: str) -> str:
    """As a keyboard for East Asian languages writes it."""
    return "".join(chr(ord(sign) + 0xFEE0) if sign != " " else "\u3000" for sign in text)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Ann\u2800Other", "Ann Other"),
        ("Ann\U000e0100 Other\u180f", "Ann Other"),
        ("Ann Other\u2028", "Ann Other"),
        ("\vAnn Other\x85", "Ann Other"),
        ("Ann\u2066 Other\u2069", "Ann Other"),
        ("A\u202ennA", "AnnA"),
    ],
)
def test_signs_that_nobody_sees_are_dropped_and_blanks_are_blanks(written: str, read: str) -> None:
    assert cleaned(written) == read


@pytest.mark.parametrize("written", ["1 High Street\u2028Anytown", "1 High Street\vAnytown", "Ann\ud800", "Ann\0"])
def test_a_line_end_within_a_value_and_what_is_no_character_are_refused(written: str) -> None:
    with pytest.raises(Unfit, match="control-character"):
        cleaned(written)


@pytest.mark.parametrize(
    ("kind", "written", "read"),
    [
        (UTR, "1955839661 k", "1955839661"),
        (UTR, wide("1955839661"), "1955839661"),
        (UTR, "\u206619558\u200739661\u2069", "1955839661"),
        (UTR, "1955839661\u2028", "1955839661"),
        (VRN, "GB\u00a0980\u20117806\u201184", "980780684"),
        (VRN, "gb980780684", "980780684"),
        (NINO, wide("AB123456C"), "AB123456C"),
        (NINO, "AB-12-34-56-C ", "AB123456C"),
        (ReferenceKind.PAYE, "123\u2013AB456", "123/AB456"),
    ],
)
def test_references_are_read_as_they_are_seen(kind: ReferenceKind, written: str, read: str) -> None:
    assert read_reference(kind, written) == read


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (UTR, "195583966.1"),
        (UTR, "19558396.61"),
        (UTR, "1955839661.0"),
        (UTR, "1.955839661E9"),
        (UTR, "1955839661KK"),
        (UTR, "19558\n39661"),
        (VRN, "9807806.84"),
        (ReferenceKind.PAYE, "123/AB456.0"),
        (NINO, "AB123456"),
        (NINO, "АВ123456С"),  # Cyrillic letters
    ],
)
def test_no_value_becomes_another_reference_by_losing_signs(kind: ReferenceKind, written: str) -> None:
    with pytest.raises(Invalid, match="not a valid"):
        read_reference(kind, written)


@pytest.mark.parametrize(
    "written", [LETTER.lower(), wide(LETTER), LETTER.replace("-", "\u2013"), f"\u200e{LETTER}\u2028", f" {LETTER}."]
)
def test_a_letters_reference_is_read_as_it_is_seen(written: str) -> None:
    assert parse_letter_reference(written) == LETTER


@pytest.mark.parametrize(
    "written",
    ["01632\u00a0960\u2011001", "(+44) 1632 960001", "tel:+44 1632 960001", wide("+441632960001"), "01632.960.001",
     "\u202a+44 1632 960001\u202c", "0044 1632 960001", "01632 960001\u2029"],
)  # fmt: skip
def test_a_phone_number_is_read_as_phones_copy_it(written: str) -> None:
    assert phone_number(written) == "+441632960001"


@pytest.mark.parametrize(
    "written",
    ["77009001.23", "7700900123.00", "7.700900123", "4.41632960001", "7.7009E+9", "0000000000", "+99999999999",
     "07700 900123 ext 5", "07700900123/07700900124"],
)  # fmt: skip
def test_no_number_becomes_another_by_losing_signs(written: str) -> None:
    with pytest.raises(Unfit, match="format"):
        phone_number(written)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("O\u2019Brien@example.org", "O'Brien@example.org"),
        ("MailTo:ann@example.org", "ann@example.org"),
        ("ann\u2011other@example.org", "ann-other@example.org"),
        (wide("ann@example.org"), "ann@example.org"),
    ],
)
def test_an_email_address_is_read_as_it_is_seen(written: str, read: str) -> None:
    assert email_address(written) == read


@pytest.mark.parametrize("written", ["a" * 65 + "@example.org", "ann@example.org;bob@example.org", "ann@[127.0.0.1]"])
def test_an_address_that_mail_systems_do_not_take_is_refused(written: str) -> None:
    with pytest.raises(Unfit, match="format"):
        email_address(written)


@pytest.mark.parametrize(
    ("read", "written"),
    [("JE2 3AB", "je2\u00a03ab"), ("IM1 1AA", "IM11AA"), ("BF1 2AT", "bf1 2at"), ("ZZ1 1ZZ", wide("ZZ11ZZ"))],
)
def test_a_postcode_is_read_as_it_is_seen(read: str, written: str) -> None:
    assert postcode(written) == read


@pytest.mark.parametrize(
    "said", ["#N/A", "#REF!", "#DIV/0!", "#NAME?", "0", "0.0", "(blank)", "N/K", "address not held"]
)
def test_what_a_spreadsheet_writes_for_nothing_is_no_line_of_an_address(said: str) -> None:
    assert placeholder(said)
    assert not deliverable([said], "ZZ1 1ZZ")
    assert not deliverable(["1 High Street"], said)


@pytest.mark.parametrize("name", ["#N/A", "#VALUE!", "-", "?", "0", "..."])
def test_a_sign_or_an_error_of_a_spreadsheet_is_no_name(name: str) -> None:
    assert nameless(name)


@pytest.mark.parametrize("name", ["Null", "Na", "Nan", "None", "李", "O", "3i plc", "#1 Motors", "Łukasz"])
def test_names_that_look_like_nothing_are_names_all_the_same(name: str) -> None:
    assert not nameless(name)


@pytest.mark.parametrize("country", ["Éire", "EIRE.", "U.S.A.", "Côte d\u2019Ivoire", "CURACAO", "Timor\u2013Leste"])
def test_a_country_is_known_in_any_spelling_of_it(country: str) -> None:
    assert country_of(["1 Rue X", country]) == country
    assert deliverable(["1 Rue X", country], "")


@pytest.mark.parametrize("written", ["Jersey", "Isle of Man", "Wales", "United Kingdom"])
def test_where_our_postcodes_reach_is_not_abroad(written: str) -> None:
    assert country_of(["1 High Street", written]) is None


READERS: list[Callable[[str], str]] = [cleaned, phone_number, email_address, postcode]


@pytest.mark.parametrize("reader", READERS)
def test_an_empty_value_stays_empty_whatever_blanks_it_is_made_of(reader: Callable[[str], str]) -> None:
    assert reader("\u00a0\u2800\u200b\ufeff \u2028") == ""
