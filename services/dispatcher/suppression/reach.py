"""Means by which channels reach customers: asked before randomisation, and again just before issue."""

from services.dispatcher.customers.customer import Customer
from shared.reading.addresses import country_of, deliverable
from shared.reading.phones import takes_texts

ADDRESS, NOTIFY_ADDRESS, EMAIL, PHONE = "address", "notify-address", "email", "phone"
MEANS = {"letter": NOTIFY_ADDRESS, "email": EMAIL, "smtp": EMAIL, "text": PHONE, "sms": PHONE, "third-party": ""}
"""Means of a customer that a channel needs, by channel, where that is not a postal address."""
FIELDS = {ADDRESS: "postcode", NOTIFY_ADDRESS: "postcode", EMAIL: "email", PHONE: "phone"}
"""Field of a row that each of them is read from."""
NOTIFY_REFUSES = tuple('/()@[]<>",=~\\')
"""Signs that GOV.UK Notify does not take at the beginning of a line of an address."""
NOTIFY_LINES = range(3, 8)


def means_of(channel: str) -> str:
    return MEANS.get(channel.removeprefix("notify-"), ADDRESS)


def reached_by(customer: Customer, means: str) -> bool:
    """Returns whether the customer can be reached by these means."""
    if means == EMAIL:
        return bool(customer.email)
    if means == PHONE:
        return takes_texts(customer.phone)
    if not deliverable(customer.address, customer.postcode):
        return False
    lines = address_lines(customer)
    return means == ADDRESS or (
        len(lines) in NOTIFY_LINES and not any(line.startswith(NOTIFY_REFUSES) for line in lines)
    )


def address_lines(customer: Customer) -> list[str]:
    """Returns the lines of an envelope: the postcode last, or before the country of an address abroad."""
    code = [customer.postcode] if customer.postcode else []
    if country_of(customer.address):
        return [customer.name, *customer.address[:-1], *code, customer.address[-1]]
    return [customer.name, *customer.address, *code]
