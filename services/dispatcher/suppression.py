"""Who is not written to, and why. Applied before randomisation, so that the arms stay comparable."""

from collections.abc import Set as AbstractSet

from services.dispatcher.customer import Customer

DUPLICATE = "duplicate"
BY_FLAG = {
    "deceased": "deceased",
    "insolvent": "insolvent",
    "open-check": "open-compliance-check",
    "dispute": "dispute-or-tribunal",
    "time-to-pay": "existing-time-to-pay",
    "ceased": "ceased",
    "returned-mail": "returned-mail",
}
"""From the flag in the file to the reason, the gravest first: a customer has the first that applies."""


def reason_to_suppress(customer: Customer, languages: AbstractSet[str]) -> str | None:
    """`languages` are those that every letter of the campaign exists in."""
    for flag, reason in BY_FLAG.items():
        if flag in customer.flags:
            return reason
    if not customer.address or not customer.postcode:
        return "no-usable-address"
    if customer.language not in languages:
        return "welsh-without-translation"
    return None
