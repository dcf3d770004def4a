"""Previews of a letter, or of the copy that goes to an agent, for an invented customer: as HTML and as PDF."""

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from services.dispatcher.campaigns.campaign import DispatchedCampaign, place_problems
from services.dispatcher.customers.agent import Agent
from services.dispatcher.customers.customer import STANDARD, Customer, Recipient
from services.dispatcher.letters.communication import AgentCopy, Communication, reference_of, written
from services.dispatcher.letters.page import LetterPage, as_html, as_pdf
from shared.contracts.campaigns import Arm, Language, Letter
from shared.errors import Invalid, NotFound, Problem

NAME = {"en": "Alex Specimen", "cy": "Gwenllïan Ŵyn Enghraifft"}
AGENT = Agent("Specimen and Partners", ("2 Specimen Street", "Anytown"), "ZZ99 9ZZ")
RESPOND_BY = date(2027, 1, 31)
"""Day to respond by in a draft that has none."""
FONT_POINTS = {"large-print": 16, STANDARD: 11}  # points


class Previews:
    """`fonts` are folders to look for DejaVu in, before those where it usually is."""

    def __init__(self, fonts: Sequence[Path] = ()) -> None:
        self._fonts = fonts
        self._one_at_a_time = asyncio.Lock()

    def html(self, page: LetterPage) -> str:
        return as_html(page)

    async def pdf(self, page: LetterPage) -> bytes:
        """Raises `Invalid` for what cannot be laid out. One after the other: a long one takes a processor for seconds,
        and letters are being issued meanwhile."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(as_pdf, page, self._fonts)


def specimen(
    campaign: DispatchedCampaign, arm: str, language: Language, format_: str, agents: bool = False
) -> LetterPage:
    """Returns the customer's letter, or their agent's copy. Raises `NotFound` for an arm or a language that the
    campaign has no letter for, or no text for agents."""
    found = next((a for a in campaign.plan.arms if a.code == arm and not a.control), None)
    letter = next((letter for letter in found.letters if letter.language == language), None) if found else None
    if letter is None:
        raise NotFound(f"{campaign.reference} has no letter of arm {arm} in that language")
    if agents and letter.agent is None:
        raise NotFound(f"{campaign.reference} has no text for agents of arm {arm} in that language")
    return _page(letter, format_, campaign.plan.respond_by, agents)


def draft(letter: Letter, format_: str, respond_by: date | None, agents: bool = False) -> LetterPage:
    """Returns the page of a letter that is in no plan yet. Raises `Invalid` for a letter that would be refused at
    approval, and where there is no text for agents."""
    problems = place_problems("letter", letter)
    if agents and letter.agent is None:
        problems.append(Problem("letter.agent", "required", "the copy for an agent needs a text for agents"))
    if problems:
        raise Invalid("this letter could not be issued as it is", *problems)
    return _page(letter, format_, respond_by or RESPOND_BY, agents)


def _page(letter: Letter, format_: str, respond_by: date | None, agents: bool) -> LetterPage:
    flags = frozenset({format_} if format_ in FONT_POINTS and format_ != STANDARD else ())
    customer = Customer(
        reference="1955839661", name=NAME[letter.language], address=("1 Specimen Street", "Anytown"),
        postcode="ZZ99 9ZZ", language=letter.language, flags=flags, cluster=None, stratum="all", agent=AGENT,
    )  # fmt: skip
    arm = Arm(code="specimen", letters=(letter,))
    filled = written(Recipient(0, customer), arm, reference_of(0, 0, b"preview"), respond_by)
    return _copy(filled, filled.copy) if agents and filled.copy else _letter(filled)


def _letter(letter: Communication) -> LetterPage:
    text, size = letter.letter, FONT_POINTS.get(letter.format, FONT_POINTS[STANDARD])
    return LetterPage(
        letter.language, size, _to(letter.customer), letter.subject, text.subject, text.body, letter.fields
    )


def _copy(letter: Communication, copy: AgentCopy) -> LetterPage:
    text = copy.letter
    return LetterPage(
        letter.language, FONT_POINTS[STANDARD], _to(copy.agent), copy.subject, text.subject, text.body, copy.fields
    )


def _to(somebody: Customer | Agent) -> Sequence[str]:
    return (somebody.name, *somebody.address, somebody.postcode)
