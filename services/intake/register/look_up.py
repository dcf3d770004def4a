"""The register of letters: what each reference that a customer may read out stands for, and what to say about it."""

import asyncio
from collections.abc import Callable

from services.intake.campaigns.campaign import KnownCampaign, remembered
from services.intake.register.letter import RegisteredLetter
from services.intake.register.misreadings import MOST_SUGGESTIONS, suggestions
from services.intake.register.ports import Register
from services.intake.register.register import EarlierContact
from shared.contracts.lines_to_take import Line, Script
from shared.customers.letter_reference import parse_letter_reference
from shared.customers.reference import CustomerReference
from shared.errors import Invalid, NotFound, Problem
from shared.values import CampaignReference, Count, Value


class Answer(Value):
    """An answer for a call handler: the letter, its campaign, and what applied when it was issued.

    `earlier_contacts` are of the customer, also about other letters; `previous` are the newest of them.
    `extra_support`: the population says that they need it, they asked for it before, or it was offered. `letter` is
    absent where none was named.
    """

    letter: RegisteredLetter | None
    campaign: CampaignReference
    title: str
    lines_to_take: tuple[Line, ...]
    scripts: tuple[Script, ...] = ()
    earlier_contacts: Count = 0
    previous: tuple[EarlierContact, ...] = ()
    extra_support: bool = False
    support_offered: tuple[str, ...] = ()


class LookUp:
    """`token` gives what stands for a customer who gave that reference."""

    def __init__(self, register: Register, token: Callable[[CustomerReference], str]) -> None:
        self._register = register
        self._token = token

    async def letter(self, text: str) -> RegisteredLetter:
        """Raises `Invalid` for a reference that cannot be right, with what it may have been meant to be; `NotFound`."""
        try:
            reference = parse_letter_reference(text)
        except Invalid as error:
            raise await self._did_you_mean(text, error) from None
        letter = (await self._register.letters([reference])).get(reference)
        if letter is None:
            raise NotFound("no letter with this reference has been issued; record the contact all the same")
        return letter

    async def about(self, letter: RegisteredLetter) -> Answer:
        history, lines, campaigns = await asyncio.gather(
            self._register.history(letter),
            self._register.lines(letter.campaign, letter.lines_to_take),
            self._register.campaigns(),
        )
        titles = {campaign.reference: campaign.title for campaign in campaigns}
        return Answer(
            letter=letter,
            campaign=letter.campaign,
            title=titles.get(letter.campaign, letter.campaign),
            lines_to_take=tuple(line for line in lines.lines if _applies(line, letter)) if lines else (),
            scripts=tuple(script for script in lines.scripts if _applies(script, letter)) if lines else (),
            earlier_contacts=history.contacts,
            previous=history.newest,
            extra_support=letter.extra_support or history.extra_support,
            support_offered=history.support_offered,
        )

    async def by_customer(self, customer: CustomerReference) -> list[Answer]:
        """One for each of their letters, the newest first. Raises `Invalid` for a reference that cannot be right, or is
        nobody's without its campaign."""
        letters = await self._register.letters_to(self._token(customer))
        return [await self.about(letter) for letter in letters]

    async def by_words(self, said: str) -> list[Answer]:
        """The campaigns whose letters say what the customer remembers, likeliest first."""
        campaigns = remembered(said, await self._register.campaigns())
        return [await self._general(campaign) for campaign in campaigns]

    async def _did_you_mean(self, text: str, error: Invalid) -> Invalid:
        """Returns the error with letters that may have been meant; only letters that were issued are suggested."""
        likely = suggestions(text)
        issued = await self._register.letters(likely) if likely else {}
        known = [reference for reference in likely if reference in issued][:MOST_SUGGESTIONS]
        meant = [Problem("letter_reference", "suggestion", reference) for reference in known]
        message = f"{error.message}; could it be {' or '.join(known)}?" if known else error.message
        return Invalid(message, *error.problems, *meant)

    async def _general(self, campaign: KnownCampaign) -> Answer:
        """Returns the lines for every arm in the newest version, for a caller whose letter is not known."""
        lines = await self._register.lines(campaign.reference, None)
        return Answer(
            letter=None,
            campaign=campaign.reference,
            title=campaign.title,
            lines_to_take=tuple(line for line in lines.lines if not line.arms) if lines else (),
            scripts=tuple(script for script in lines.scripts if not script.arms) if lines else (),
        )


def _applies(text: Line | Script, letter: RegisteredLetter) -> bool:
    return text.language == letter.language and (not text.arms or letter.arm in text.arms)
