"""A communication: one message to one customer, composed for its arm, language and format."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.customers.agent import Agent
from services.dispatcher.customers.customer import EXTRA_SUPPORT, STANDARD, Customer, Recipient
from shared.contracts.campaigns import AgentLetter, Arm, Letter
from shared.customers.letter_reference import letter_reference
from shared.errors import Permanent
from shared.letters.fields import agent_fields, letter_fields
from shared.letters.personalisation import fill

ROWS_EACH = 1 << 25
"""Number of rows of one campaign that have a number of their own in letter references: 33 million."""


class ControlContacted(Permanent):
    """An attempt to write to a customer of a control arm."""

    code = "control-contacted"


@dataclass(frozen=True, slots=True)
class AgentCopy:
    """The copy for the customer's agent beside the customer's letter, under the same reference: in standard print, in
    the customer's language. It is no communication of its own. `letter` is the text as designed."""

    agent: Agent = field(repr=False)
    letter: AgentLetter
    subject: str = field(repr=False)
    body: str = field(repr=False)
    fields: Mapping[str, str] = field(repr=False)

    def marked_up(self, escape: Callable[[str], str]) -> str:
        """Returns the body with its places filled by escaped values."""
        return fill(self.letter.body, {name: escape(value) for name, value in self.fields.items()})


@dataclass(frozen=True, slots=True)
class Communication:
    """A communication, ready for a channel. Composed again from the same recipient, it is the same to the letter.

    `token` stands for the customer in events: the keyed blind index of their reference. `copy` is for their agent,
    where they have one and the letter has a text for agents.
    """

    reference: str
    row: int
    arm: Arm
    language: str
    format: str
    subject: str = field(repr=False)
    body: str = field(repr=False)
    customer: Customer = field(repr=False)
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    token: str | None = None
    copy: AgentCopy | None = field(default=None, repr=False)
    issued_at: datetime | None = None

    def marked_up(self, escape: Callable[[str], str]) -> str:
        """Returns the body, which is mark-up, with its places filled by escaped values."""
        return fill(self.letter.body, {name: escape(value) for name, value in self.fields.items()})

    @property
    def extra_support(self) -> bool:
        """True if a call handler who answers the customer should know that they need extra support."""
        return EXTRA_SUPPORT in self.customer.flags

    @property
    def letter(self) -> Letter:
        """The letter as it was designed, with its places not filled."""
        return _letter(self.arm.letters, self.language)


def compose(campaign: DispatchedCampaign, recipient: Recipient, arm: Arm, key: bytes) -> Communication:
    """Raises `ControlContacted` for a control arm."""
    if arm.control:
        raise ControlContacted(f"arm {arm.code} of {campaign.reference} is a control arm")
    reference = reference_of(campaign.number, recipient.row, key)
    return written(recipient, arm, reference, campaign.plan.respond_by)


def written(recipient: Recipient, arm: Arm, reference: str, respond_by: date | None) -> Communication:
    customer = recipient.customer
    letter = _letter(arm.letters, customer.language)
    fields = letter_fields(customer.name, reference, customer.reference, respond_by, letter.language)
    return Communication(
        reference=reference,
        row=recipient.row,
        arm=arm,
        language=letter.language,
        format=customer.format,
        subject=fill(letter.subject, fields),
        body=fill(letter.body, fields),
        customer=customer,
        fields=fields,
        copy=_copy(letter.agent, customer.agent, fields),
    )


def _copy(letter: AgentLetter | None, agent: Agent | None, fields: Mapping[str, str]) -> AgentCopy | None:
    if letter is None or agent is None:
        return None
    further = agent_fields(fields, agent.name)
    return AgentCopy(agent, letter, fill(letter.subject, further), fill(letter.body, further), further)


def reference_of(campaign: int, row: int, key: bytes) -> str:
    """The letter reference of the customer of that row of the `campaign`-th campaign."""
    return letter_reference(campaign * ROWS_EACH + row, key)


def unreadable(arm: Arm, customer: Customer, formats: AbstractSet[str]) -> str | None:
    """Returns why nothing of this arm can be written to the customer, or None. A customer marked Welsh gets Welsh or
    nothing; one who needs a format gets it or nothing. `formats` are those that the arm's channel makes."""
    if not any(letter.language == customer.language for letter in arm.letters):
        return "welsh-without-translation"
    return None if customer.format in (STANDARD, *formats) else "unmet-format-need"


def _letter(letters: Sequence[Letter], language: str) -> Letter:
    """Returns the letter in the customer's language. Nobody marked Welsh gets English."""
    return next(letter for letter in letters if letter.language == language)
