"""Token of a customer, used where their reference must not stand; every service makes it in this way.

It is made of what the reference means: of `own:<campaign>:<reference>` for a reference of a campaign's own, which is
somebody else's in every other campaign; for any other kind the campaign is left out. References are in their one
spelling; one of kind own without its campaign is nobody's, and raises `Invalid`.
"""

from shared.customers.generations import FIRST, generation_of, lifted, lifted_index
from shared.customers.reference import OWN, CustomerReference
from shared.errors import Invalid, Problem
from shared.protection import Keyring, blind_index


def customer_token(keyring: Keyring, customer: CustomerReference, generation: int | None = None) -> str:
    """Returns the token of a customer in events, in intake's records and in audit trails: of the newest generation, or
    of the one that is named."""
    first = blind_index(keyring, "customer", _own(customer) if customer.kind == OWN else customer.reference)
    return lifted(keyring, first, generation)


def customer_tokens(keyring: Keyring, customer: CustomerReference) -> list[str]:
    """Returns the customer's tokens of all generations, the newest first: audit trails keep what they were written
    with."""
    return [customer_token(keyring, customer, generation) for generation in range(keyring.generation, 0, -1)]


def unit_token(keyring: Keyring, campaign: str, customer: str) -> str:
    """Returns what stands for a customer, given by `customer_token`, in the trial of one campaign: another in each."""
    return blind_index(keyring, "unit", f"{campaign}:{customer}", generation_of(customer))


def place_token(keyring: Keyring, campaign: str, place: str, generation: int) -> str:
    """Returns what stands for all who are randomised as one, in a campaign whose units are of that generation."""
    return blind_index(keyring, "unit", f"{campaign}:{place}", generation)


def customer_index(keyring: Keyring, customer: CustomerReference) -> bytes:
    """Returns the index of a customer in populations and suppression lists: 16 bytes. The same digits under another
    kind are another customer.
    """
    meaning = _own(customer) if customer.kind == OWN else f"{customer.kind}:{customer.reference}"
    return lifted_index(keyring, bytes.fromhex(blind_index(keyring, "customer", meaning)), FIRST)


def token_given(keyring: Keyring, given: CustomerReference) -> str:
    """The token of whom somebody names, spelt in any way. Raises `Invalid` also for what cannot be a reference."""
    return customer_token(keyring, given.normalised())


def tokens_given(keyring: Keyring, given: CustomerReference) -> list[str]:
    """The tokens of all generations of whom somebody names, the newest first."""
    return customer_tokens(keyring, given.normalised())


def _own(customer: CustomerReference) -> str:
    if customer.campaign is None:
        message = "a reference of kind own is another customer's in each campaign: say of which campaign it is"
        raise Invalid(message, Problem("customer_reference.campaign", "required", message))
    return f"{OWN}:{customer.campaign}:{customer.reference}"
