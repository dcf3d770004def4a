"""A row gives a customer who may be written to, or the reason why not, and never its own text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dispatcher.customers.customer import FLAGS, Customer, Rejection, read_customer
from services.dispatcher.customers.reference import ReferenceRule
from services.dispatcher.customers.schema import BY_DEFAULT, FIELDS, PopulationSchema
from shared.contracts.populations import Stratum
from shared.customers.reference import OWN, ReferenceKind
from tests.dispatcher.given.people import HEADER, SCHEMA, row

REASONS = {"check-digit", "format", "length", "missing", "unknown", "too-long", "control-character", "not-a-code",
           "replacement-character", "more-than-one"}  # fmt: skip


def test_a_good_row_is_a_customer() -> None:
    fields = row(
        1, customer_reference="19558 39661k", name=" Ann ", postcode=" zz1 1zz", language="CY", cluster=" agent-7 ",
        flags="Extra-Support;", stratum=" Small-2 ", address_1=" 1 High Street ", email=" ann@example.org",
        phone="+44 (0)1632 960-001", format="Large-Print",
    )  # fmt: skip
    assert read_customer(17, fields | {"address_2": " ", "address_3": "Aberwyvern"}, SCHEMA) == Customer(
        reference="1955839661", name="Ann", address=("1 High Street", "Aberwyvern"), postcode="ZZ1 1ZZ", language="cy",
        flags=frozenset({"large-print", "extra-support"}), cluster="agent-7", stratum="small-2",
        email="ann@example.org", phone="+441632960001",
    )  # fmt: skip
    bare = {name: row(1)[name] for name in BY_DEFAULT}
    read = read_customer(1, bare, SCHEMA)
    assert isinstance(read, Customer)
    assert (read.language, read.flags, read.cluster, read.stratum) == ("en", frozenset(), None, "all")
    assert read.format == "standard"


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"customer_reference": "2955839661"}, "customer_reference", "check-digit"),
        ({"customer_reference": "AB123456C"}, "customer_reference", "format"),
        ({"customer_reference": ""}, "customer_reference", "format"),
        ({"name": "  "}, "name", "missing"),
        ({"language": "fr"}, "language", "unknown"),
        ({"flags": "deceased;vip"}, "flags", "unknown"),
        ({"format": "easy-read"}, "format", "unknown"),
        ({"postcode": "HIGH STREET"}, "postcode", "format"),
        ({"email": "ann at example"}, "email", "format"),
        ({"phone": "ask Ann"}, "phone", "format"),
        ({"name": "x" * 201}, "name", "too-long"),
        ({"name": "Ann\nJones"}, "name", "control-character"),
        ({"address_1": "\x00"}, "address_1", "control-character"),
        ({"stratum": "Owes more than £10,000"}, "stratum", "not-a-code"),
        ({"stratum": "x" * 61}, "stratum", "not-a-code"),
    ],
)
def test_a_bad_row_is_refused_by_field_and_reason(changes: dict[str, str], field: str, reason: str) -> None:
    assert read_customer(17, row(1, **changes), SCHEMA) == Rejection(17, field, reason)


@given(st.fixed_dictionaries({name: st.text(max_size=20) for name in FIELDS}))
def test_any_row_is_a_customer_or_a_reason_in_our_own_words(fields: dict[str, str]) -> None:
    for kind in ReferenceKind:
        schema = PopulationSchema(reference=ReferenceRule(kind=kind))
        for tried in (fields, row(1) | {name: fields[name] for name in HEADER[4:]}):
            found = read_customer(1, tried, schema)
            if isinstance(found, Customer):
                assert found.flags <= FLAGS
                Stratum(code=found.stratum, count=1)  # an event can name it
            else:
                assert found.field in FIELDS
                assert found.reason in REASONS


@pytest.mark.parametrize(
    ("rule", "good", "kept", "bad"),
    [
        (ReferenceRule(kind=ReferenceKind.PAYE), "123/ab456", "123/AB456", "12/AB456"),
        (ReferenceRule(kind=ReferenceKind.NINO), "ab 12 34 56 c", "AB123456C", "BG123456C"),
        (ReferenceRule(kind=ReferenceKind.VRN), "GB 980780684", "980780684", "980780685"),
        (ReferenceRule(kind=OWN, picture="X@-###*"), "xq-0071", "XQ-0071", "XQ-007"),
        (ReferenceRule(kind=OWN, picture="1.(#".replace("(", ".")), "1..5", "1..5", "1xx5"),
    ],
)
def test_customers_are_known_by_whatever_the_campaign_says(rule: ReferenceRule, good: str, kept: str, bad: str) -> None:
    schema = PopulationSchema(reference=rule)
    read = read_customer(1, row(1, customer_reference=good), schema)
    assert isinstance(read, Customer)
    assert read.reference == kept
    assert isinstance(read_customer(1, row(1, customer_reference=bad), schema), Rejection)


REGION_AND_SIZE = PopulationSchema(reference=SCHEMA.reference, strata=("region", "size"), required=("email",))


def test_several_fields_make_one_stratum() -> None:
    read = read_customer(1, row(1, region="North East", size="small", email="a@b.example"), REGION_AND_SIZE)
    assert isinstance(read, Customer)
    assert read.stratum == "region-north-east-size-small"
    for changes, refused in (
        ({"region": "north", "size": "", "email": "a@b.example"}, Rejection(1, "size", "not-a-code")),
        ({"region": "x size y", "size": "z", "email": "a@b.example"}, Rejection(1, "region", "not-a-code")),
        ({"region": "x" * 55, "size": "z", "email": "a@b.example"}, Rejection(1, "size", "stratum-too-long")),
        ({"region": "x", "size": "z", "email": " "}, Rejection(1, "email", "missing")),
    ):
        assert read_customer(1, row(1, **changes), REGION_AND_SIZE) == refused


words = st.lists(st.sampled_from(("a", "b", "north")), min_size=1, max_size=3).map(" ".join)


@given(words, words, words, words)
def test_no_two_combinations_of_values_give_the_same_stratum(a: str, b: str, c: str, d: str) -> None:
    schema = PopulationSchema(reference=SCHEMA.reference, strata=("region", "size"))
    one, other = (read_customer(1, row(1, region=r, size=s), schema) for r, s in ((a, b), (c, d)))
    assert isinstance(one, Customer)
    assert isinstance(other, Customer)
    assert (one.stratum == other.stratum) == ((a, b) == (c, d))
