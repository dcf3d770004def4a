"""The letters of a plan to choose from, by arm, language, format and reader."""

from dataclasses import dataclass
from typing import Literal

from services.planner.plan.plan import Plan
from services.planner.plan.trial import Arm, Letter
from shared.errors import NotFound
from shared.letters.page import LetterPage
from shared.letters.specimen import FONT_POINTS, LARGE_PRINT, STANDARD, specimen_page

LANGUAGES = {"en": "English", "cy": "Welsh"}
FORMATS = {STANDARD: "Standard print", LARGE_PRINT: "Large print"}
READERS = {"customer": "The customer", "agent": "The customer's agent"}
Reader = Literal["customer", "agent"]


@dataclass(frozen=True, slots=True)
class LetterChoice:
    """One letter of a plan. What is not said is the first that there is."""

    arm: str = ""
    language: str = ""
    format: str = STANDARD
    reader: str = "customer"

    def in_plan(self, plan: Plan) -> "LetterChoice":
        """Returns the choice with all that was not said. Raises `NotFound` for what the plan does not have."""
        arm = _arm(plan, self.arm)
        language = self.language or arm.letters[0].language
        letter = _letter(arm, language)
        if self.format not in FONT_POINTS or self.reader not in READERS:
            raise NotFound("there is no such form of a letter")
        if self.reader == "agent" and letter.agent is None:
            raise NotFound(f"arm {arm.code} has no text for agents in that language")
        return LetterChoice(arm.code, language, self.format, self.reader)

    def page(self, plan: Plan) -> LetterPage:
        """Returns the letter of a whole choice, filled for somebody who does not exist."""
        letter = _letter(_arm(plan, self.arm), self.language)
        return specimen_page(letter, self.format, plan.respond_by, agents=self.reader == "agent")


def written_arms(plan: Plan) -> list[Arm]:
    """Returns the arms that have a letter to show."""
    return [arm for arm in plan.arms if arm.letters]


def _arm(plan: Plan, code: str) -> Arm:
    for arm in written_arms(plan):
        if code in ("", arm.code):
            return arm
    raise NotFound("the plan has no letter of that arm")


def _letter(arm: Arm, language: str) -> Letter:
    for letter in arm.letters:
        if letter.language == language:
            return letter
    raise NotFound(f"arm {arm.code} has no letter in that language")
