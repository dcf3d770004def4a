"""A letter, or the copy for an agent, as an invented customer would get it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from shared.customers.letter_reference import letter_reference
from shared.letters.fields import agent_fields, letter_fields
from shared.letters.page import LetterPage
from shared.letters.personalisation import Text, fill

STANDARD, LARGE_PRINT = "standard", "large-print"
FONT_POINTS = {STANDARD: 11, LARGE_PRINT: 16}
"""The sizes of print, in points; other formats are made by ear and hand, and have no page to show."""
REFERENCE = "1955839661"


@dataclass(frozen=True, slots=True)
class Somebody:
    """Somebody who does not exist."""

    name: str
    address: Sequence[str]

    @property
    def lines(self) -> Sequence[str]:
        return (self.name, *self.address)


CUSTOMERS = {
    "en": Somebody("Alex Specimen", ("1 Specimen Street", "Anytown", "ZZ99 9ZZ")),
    "cy": Somebody("Gwenllïan Ŵyn Enghraifft", ("1 Specimen Street", "Anytown", "ZZ99 9ZZ")),
}
AGENT = Somebody("Specimen and Partners", ("2 Specimen Street", "Anytown", "ZZ99 9ZZ"))


class DesignedLetter(Text, Protocol):
    """A letter in a plan or in an event: in one language, with the text for agents if there is one."""

    @property
    def language(self) -> str: ...

    @property
    def agent(self) -> Text | None: ...


def specimen_page(letter: DesignedLetter, format_: str, respond_by: date | None, agents: bool = False) -> LetterPage:
    """Returns the page of the letter, or, with `agents`, of its text for agents. Raises `Invalid` for a place that
    cannot be filled.
    """
    customer = CUSTOMERS[letter.language]
    fields = letter_fields(customer.name, letter_reference(0, b"preview"), REFERENCE, respond_by, letter.language)
    if agents and letter.agent is not None:
        return _page(letter.language, STANDARD, AGENT, letter.agent, agent_fields(fields, AGENT.name))
    return _page(letter.language, format_, customer, letter, fields)


def _page(language: str, format_: str, to: Somebody, text: Text, fields: dict[str, str]) -> LetterPage:
    size = FONT_POINTS.get(format_, FONT_POINTS[STANDARD])
    return LetterPage(language, size, to.lines, fill(text.subject, fields), text.subject, text.body, fields)
