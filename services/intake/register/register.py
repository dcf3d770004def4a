"""The register of letters: what each reference that a customer may read out stands for, and what to say about it."""

from services.intake.vocabulary import Channel, Outcome, Reason
from shared.values import Code, Count, Identifier, Instant, Value


class EarlierContact(Value):
    """An earlier contact of the customer, and its reason."""

    contact: Identifier
    channel: Channel
    reason: Reason
    outcome: Outcome | None
    team: Code
    received_at: Instant


class History(Value):
    """Earlier contacts: of the customer where they are known by a token, else of the letter."""

    contacts: Count = 0
    newest: tuple[EarlierContact, ...] = ()
    extra_support: bool = False
    support_offered: tuple[str, ...] = ()
