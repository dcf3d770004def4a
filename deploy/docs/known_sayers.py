"""The services that say each event as a module, since no service may ask another for its own."""

from deploy.catalogue import SERVICES, Messages
from shared.contracts.base import Contract

HEAD = '''"""The services that say each event. Written by `make docs`: change the message maps, not this file."""

KNOWN_SAYERS: dict[str, tuple[str, ...]] = {
'''


def known_sayers() -> str:
    """Returns the module's text: each event type with the names of the services that say it."""
    types = sorted({contract.event_type for messages in SERVICES.values() for contract in said_and_own(messages)})
    return HEAD + "".join(f'    "{kind}": ({_names(kind)}),\n' for kind in types) + "}\n"


def said_and_own(messages: Messages) -> tuple[type[Contract], ...]:
    """Returns the events that a service says: to all, and to itself alone."""
    return (*messages.says, *(contract for contract in messages.hears if contract.private))


def _names(kind: str) -> str:
    """Returns the names as the inside of a tuple."""
    names = [
        f'"{name}"'
        for name, messages in SERVICES.items()
        if kind in {contract.event_type for contract in said_and_own(messages)}
    ]
    return f"{names[0]}," if len(names) == 1 else ", ".join(names)
