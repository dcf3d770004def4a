"""The register of letters: what each reference that a customer may read out stands for, and what to say about it."""

from services.intake.vocabulary import Channel, Outcome, Reason
from shared.values import Code, Count, Identifier, Instant, Value


class EarlierContact(Value):
    """That the customer was in touch before, and why."""

    contact: Identifier
    channel: Channel
    reason: Reason
    outcome: Outcome | None
    team: Code
    received_at: Instant


class History(Value):
    """What there was before: of a customer where we know them by their token, else of a letter."""

    contacts: Count = 0
    newest: tuple[EarlierContact, ...] = ()
    extra_support: bool = False
    support_offered: tuple[str, ...] = ()
