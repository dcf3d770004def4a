"""One row: a customer who may be written to, or the reason why not, and never what stood in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dispatcher.customer import COLUMNS, FLAGS, Customer, Rejection, read_customer
from services.dispatcher.suppression import BY_FLAG, reason_to_suppress
from shared.contracts.populations import Stratum
from shared.customer_reference import ReferenceKind
from tests.dispatcher.people import HEADER, customer, row

UTR = ReferenceKind.UTR
BOTH = frozenset({"en", "cy"})


def test_a_good_row_is_a_customer() -> None:
    fields = row(
        1, customer_reference="19558 39661k", name=" Ann ", postcode=" zz1 1zz", language="CY", cluster=" agent-7 ",
        flags="Large-Print; extra-support;", stratum=" Small-2 ", address_1=" 1 High Street ",
    )  # fmt: skip
    assert read_customer(17, fields | {"address_2": " ", "address_3": "Aberwyvern"}, UTR) == Customer(
        reference="1955839661", name="Ann", address=("1 High Street", "Aberwyvern"), postcode="ZZ1 1ZZ", language="cy",
        flags=frozenset({"large-print", "extra-support"}), cluster="agent-7", stratum="small-2",
    )  # fmt: skip
    bare = {name: row(1)[name] for name in HEADER[:4]}
    read = read_customer(1, bare, UTR)
    assert isinstance(read, Customer)
    assert (read.language, read.flags, read.cluster, read.stratum) == ("en", frozenset(), None, "all")


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"customer_reference": "2955839661"}, "customer_reference", "check-digit"),
        ({"customer_reference": "AB123456C"}, "customer_reference", "format"),
        ({"customer_reference": ""}, "customer_reference", "format"),
        ({"name": "  "}, "name", "missing"),
        ({"language": "fr"}, "language", "unknown"),
        ({"flags": "deceased;vip"}, "flags", "unknown"),
        ({"name": "x" * 201}, "name", "too-long"),
        ({"name": "Ann\nJones"}, "name", "control-character"),
        ({"address_1": "\x00"}, "address_1", "control-character"),
        ({"stratum": "Owes more than £10,000"}, "stratum", "not-a-code"),
        ({"stratum": "x" * 61}, "stratum", "not-a-code"),
    ],
)
def test_a_bad_row_is_refused_by_field_and_reason(changes: dict[str, str], field: str, reason: str) -> None:
    assert read_customer(17, row(1, **changes), UTR) == Rejection(17, field, reason)


@given(st.fixed_dictionaries({name: st.text(max_size=20) for name in HEADER}))
def test_whatever_stands_in_a_row_it_is_a_customer_or_a_reason_in_our_own_words(fields: dict[str, str]) -> None:
    for kind in ReferenceKind:
        for tried in (fields, row(1) | {name: fields[name] for name in HEADER[4:]}):
            found = read_customer(1, tried, kind)
            if isinstance(found, Customer):
                assert found.flags <= FLAGS
                Stratum(code=found.stratum, count=1)  # an event can name it
            else:
                assert found.field in COLUMNS
                assert found.reason in {"check-digit", "format", "length", "missing", "unknown", "too-long",
                                        "control-character", "not-a-code"}  # fmt: skip


def test_nobody_is_written_to_who_must_not_be_and_the_gravest_reason_counts() -> None:
    assert reason_to_suppress(customer(), BOTH) is None
    for flag, reason in BY_FLAG.items():
        assert reason_to_suppress(customer(flags=frozenset({flag, "large-print"}), address=()), BOTH) == reason
    assert reason_to_suppress(customer(flags=frozenset({"ceased", "deceased"})), BOTH) == "deceased"
    assert set(BY_FLAG) == FLAGS - {"large-print", "braille", "audio", "extra-support"}


@pytest.mark.parametrize(
    ("changes", "languages", "reason"),
    [
        ({"address": ()}, BOTH, "no-usable-address"),
        ({"postcode": ""}, BOTH, "no-usable-address"),
        ({"language": "cy"}, BOTH, None),
        ({"language": "cy"}, frozenset({"en"}), "welsh-without-translation"),
        ({"language": "cy", "address": ()}, frozenset({"en"}), "no-usable-address"),
    ],
)
def test_nobody_is_written_to_who_cannot_be(
    changes: dict[str, str], languages: frozenset[str], reason: str | None
) -> None:
    assert reason_to_suppress(customer(**changes), languages) == reason  # type: ignore[arg-type]
