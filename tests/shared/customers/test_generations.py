"""Generations of tokens: a token that is kept is lifted to the newest index key by whoever has the keyring."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.customers.generations import apart, generation_of, joined, lifted, lifted_index
from shared.customers.reference import OWN, CustomerReference, ReferenceKind
from shared.customers.token import customer_index, customer_token, customer_tokens, place_token, unit_token
from shared.errors import LaterKey
from shared.protection import Keyring, blind_index

ONE = Keyring("k", {"k": b"k" * 32}, b"i" * 32, b"r" * 32)
TWO = replace(ONE, later=(b"j" * 32,))
THREE = replace(ONE, later=(b"j" * 32, b"l" * 32))
UTR = CustomerReference(kind=ReferenceKind.UTR, reference="1955839661")

references = st.one_of(
    st.builds(CustomerReference, kind=st.sampled_from(ReferenceKind), reference=st.text(max_size=40)),
    st.builds(CustomerReference, kind=st.just(OWN), reference=st.text(max_size=40), campaign=st.just("OTM-26-0042")),
)


def test_a_keyring_of_one_index_key_gives_the_tokens_that_were_there_before_any_other() -> None:
    assert customer_token(ONE, UTR) == "856b6a2bf43c80017ef6555d03b9af2b"
    assert customer_index(ONE, UTR).hex() == blind_index(ONE, "customer", "utr:1955839661")
    assert unit_token(ONE, "OTM-26-0042", customer_token(ONE, UTR)) == "1066f95c532d2ea5d54730bcbbe43753"
    assert place_token(ONE, "OTM-26-0042", "place:a:1", 1) == blind_index(ONE, "unit", "OTM-26-0042:place:a:1")
    assert customer_tokens(ONE, UTR) == [customer_token(ONE, UTR)]


def test_tokens_of_later_generations_stay_what_they_are() -> None:
    """By them a store that was lifted is searched."""
    assert customer_tokens(THREE, UTR) == [
        "3.235d4a66e8ea3a516663e1c522c179c7",
        "2.94b21022a6613b6ba90bcba5ab770382",
        "856b6a2bf43c80017ef6555d03b9af2b",
    ]


@given(references)
def test_a_token_that_is_lifted_is_the_one_that_is_made_anew(customer: CustomerReference) -> None:
    for before, after in ((ONE, TWO), (ONE, THREE), (TWO, THREE)):
        token, index = customer_token(before, customer), customer_index(before, customer)
        assert lifted(after, token) == customer_token(after, customer)
        assert lifted_index(after, index, before.generation) == customer_index(after, customer)
        assert customer_token(after, customer, before.generation) == token
        assert lifted(before, token) == token
    assert customer_tokens(THREE, customer) == [customer_token(each, customer) for each in (THREE, TWO, ONE)]
    assert len({apart(token)[0] for token in customer_tokens(THREE, customer)}) == 3


@given(references)
def test_without_the_later_key_nothing_is_lifted(customer: CustomerReference) -> None:
    other = replace(ONE, later=(b"x" * 32,))
    assert customer_token(other, customer) != customer_token(TWO, customer)
    assert customer_index(other, customer) != customer_index(TWO, customer)


def test_a_token_says_its_generation_and_events_say_the_two_apart() -> None:
    for keyring in (ONE, TWO, THREE):
        token = customer_token(keyring, UTR)
        digits, generation = apart(token)
        assert (len(digits), generation, generation_of(token)) == (32, keyring.generation, keyring.generation)
        assert joined(digits, generation) == token


def test_a_later_token_is_not_taken_for_one_of_this_keyring() -> None:
    with pytest.raises(LaterKey, match="newest keyring"):
        lifted(ONE, customer_token(TWO, UTR))
    with pytest.raises(LaterKey, match="newest keyring"):
        lifted(THREE, customer_token(THREE, UTR), 2)
    with pytest.raises(LaterKey, match="newest keyring"):
        unit_token(ONE, "OTM-26-0042", customer_token(TWO, UTR))


def test_a_unit_follows_the_generation_of_its_token() -> None:
    units = {unit_token(THREE, "OTM-26-0042", token) for token in customer_tokens(THREE, UTR)}
    assert len(units) == 3
    assert unit_token(ONE, "OTM-26-0042", customer_token(ONE, UTR)) in units
    places = {place_token(THREE, "OTM-26-0042", "place:a:1", generation) for generation in (1, 2, 3)}
    assert len(places) == 3
