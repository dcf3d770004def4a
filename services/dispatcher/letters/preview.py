"""Previews of a letter, or of the copy that goes to an agent, for an invented customer: as HTML and as PDF."""

from datetime import date

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.campaigns.soundness import place_problems
from shared.contracts.campaigns import Language, Letter
from shared.errors import Invalid, NotFound, Problem
from shared.letters.page import LetterPage
from shared.letters.specimen import specimen_page

RESPOND_BY = date(2027, 1, 31)
"""Day to respond by in a draft that has none."""


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
    return specimen_page(letter, format_, campaign.plan.respond_by, agents)


def draft(letter: Letter, format_: str, respond_by: date | None, agents: bool = False) -> LetterPage:
    """Returns the page of a letter that is in no plan yet. Raises `Invalid` for a letter that would be refused at
    approval, and where there is no text for agents."""
    problems = place_problems("letter", letter)
    if agents and letter.agent is None:
        problems.append(Problem("letter.agent", "required", "the copy for an agent needs a text for agents"))
    if problems:
        raise Invalid("this letter could not be issued as it is", *problems)
    return specimen_page(letter, format_, respond_by or RESPOND_BY, agents)
