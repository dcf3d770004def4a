"""Customer tokens: the same in all campaigns, except where the campaign gave the reference itself."""

import pytest

from shared.customers.reference import OWN, CustomerReference, ReferenceKind
from shared.customers.token import customer_index, customer_token, token_given
from shared.errors import Invalid
from shared.protection import Keyring, blind_index

KEYRING = Keyring("k", {"k": b"k" * 32}, b"i" * 32, b"r" * 32)
ONE, OTHER = "OTM-26-0042", "OTM-26-0043"


def own(campaign: str | None, reference: str = "T-0001") -> CustomerReference:
    return CustomerReference(kind=OWN, reference=reference, campaign=campaign)


def test_a_campaigns_own_reference_stands_for_somebody_else_in_another_campaign() -> None:
    expected = blind_index(KEYRING, "customer", "own:OTM-26-0042:T-0001")
    assert (customer_token(KEYRING, own(ONE)), customer_index(KEYRING, own(ONE)).hex()) == (expected, expected)
    assert token_given(KEYRING, own(ONE, " t-0001 ")) == expected
    assert customer_token(KEYRING, own(OTHER)) != expected
    assert customer_index(KEYRING, own(OTHER)).hex() != expected


@pytest.mark.parametrize("kind", ReferenceKind)
def test_any_other_reference_stands_for_the_same_customer_in_all_campaigns(kind: ReferenceKind) -> None:
    """Tokens that are kept somewhere were made without the kind, indexes with it."""
    known = [CustomerReference.known(kind, "1955839661", campaign) for campaign in (None, ONE, OTHER)]
    assert {customer_token(KEYRING, each) for each in known} == {blind_index(KEYRING, "customer", "1955839661")}
    indexes = {customer_index(KEYRING, each).hex() for each in known}
    assert indexes == {blind_index(KEYRING, "customer", f"{kind}:1955839661")}


def test_without_its_campaign_a_reference_of_its_own_is_nobodys() -> None:
    for made in (customer_token, customer_index, token_given):
        with pytest.raises(Invalid) as refused:
            made(KEYRING, own(None))
        assert refused.value.problems[0].field == "customer_reference.campaign"
        assert "T-0001" not in str(refused.value)


def test_what_is_said_of_the_campaign_holds_for_references_that_name_none() -> None:
    assert own(None).within(ONE) == own(ONE)
    assert own(OTHER).within(ONE) == own(OTHER)
    utr = CustomerReference(kind=ReferenceKind.UTR, reference="1955839661")
    assert utr.within(ONE) == utr
