"""What a designer plans: the risk, the arms of the trial, the letters, the launch, and what to say to callers."""

from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, ValidationInfo, model_validator

from shared.customer_reference import ReferenceKind
from shared.errors import Invalid, Problem
from shared.personalisation import FIELDS, unknown_fields
from shared.values import Code, Count, Number, OfficialText, Title, Value
from shared.working_days import is_working_day

Language = Literal["en", "cy"]
Share = Annotated[float, Field(ge=0, le=1)]
OneLine = Annotated[Title, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$")]
"""Goes into the subject of e-mails and letters."""
DAILY_LIMIT = 20_000
"""Letters a day that a letter issuer prints unless agreed otherwise."""
AS_KEPT: Final = {"as_kept": True}
"""The validation context of a plan that was accepted before: rules and bank holidays change, agreements do not."""


class Letter(Value):
    """`body` is markdown with `{{ field }}` places, in one language."""

    language: Language
    subject: OneLine
    body: Annotated[OfficialText, Field(min_length=1)]


class Arm(Value):
    """One arm of the trial; `share` is its part of the allocation ratio. A control arm has no letters, no channel."""

    code: Code
    control: bool = False
    share: Number = 1
    channel: Literal["print"] | None = None
    letters: tuple[Letter, ...] = ()


class ContactRate(Value):
    """The share of letters that make somebody get in touch: nobody publishes it, so the designer must say."""

    low: Share
    central: Share
    high: Share


class Line(Value):
    """A question that customers may ask and the agreed answer (markdown); no `arms` means every arm."""

    question: Annotated[OfficialText, Field(min_length=1)]
    answer: Annotated[OfficialText, Field(min_length=1)]
    language: Language = "en"
    arms: tuple[Code, ...] = ()


class Plan(Value):
    """Everything that is agreed before a letter goes out. `customers` is the number expected to be in scope."""

    title: OneLine
    regime: Code
    risk: Annotated[OfficialText, Field(min_length=1)]
    reference_kind: ReferenceKind = ReferenceKind.UTR
    customers: Annotated[Count, Field(ge=1)]
    contact_rate: ContactRate
    launch: date
    respond_by: date | None = None
    daily_limit: Number = DAILY_LIMIT
    allocation_seed: Count
    arms: Annotated[tuple[Arm, ...], Field(min_length=1, max_length=20)]
    stakeholders: Annotated[tuple[Code, ...], Field(min_length=1, max_length=30)]
    lines_to_take: Annotated[tuple[Line, ...], Field(max_length=200)] = ()

    @model_validator(mode="after")
    def _hangs_together(self, info: ValidationInfo) -> Self:
        if info.context == AS_KEPT:
            return self
        problems = [*_arm_problems(self.arms), *_rate_problems(self.contact_rate)]
        if self.respond_by and self.respond_by <= self.launch:
            problems.append(Problem("respond_by", "after-launch", "customers must answer after the launch"))
        if not is_working_day(self.launch):
            problems.append(Problem("launch", "working-day", "the launch must be on a working day"))
        if problems:
            raise Invalid("the plan does not hang together", *problems)
        return self

    @property
    def treated_share(self) -> float:
        """The part of the customers that is written to: all but the control arms."""
        total = sum(arm.share for arm in self.arms)
        return sum(arm.share for arm in self.arms if not arm.control) / total


def _arm_problems(arms: tuple[Arm, ...]) -> list[Problem]:
    problems = []
    if len({arm.code for arm in arms}) < len(arms):
        problems.append(Problem("arms", "unique-codes", "two arms have the same code"))
    if all(arm.control for arm in arms):
        problems.append(Problem("arms", "treatment", "at least one arm must be written to"))
    for index, arm in enumerate(arms):
        problems += _letter_problems(f"arms.{index}", arm)
    return problems


def _letter_problems(field: str, arm: Arm) -> list[Problem]:
    if arm.control:
        untouched = not arm.letters and arm.channel is None
        return [] if untouched else [Problem(field, "control-untouched", "a control arm has no letters and no channel")]
    problems = []
    if arm.channel is None:
        problems.append(Problem(f"{field}.channel", "required", "an arm that is written to needs a channel"))
    languages = [letter.language for letter in arm.letters]
    if "en" not in languages or len(set(languages)) < len(languages):
        problems.append(Problem(f"{field}.letters", "one-for-each-language", "one English letter, at most one Welsh"))
    for index, letter in enumerate(arm.letters):
        if unknown_fields(letter.subject) or unknown_fields(letter.body):
            allowed = f"the places to fill are {', '.join(sorted(FIELDS))}"
            problems.append(Problem(f"{field}.letters.{index}", "unknown-field", allowed))
    return problems


def _rate_problems(rate: ContactRate) -> list[Problem]:
    if rate.low <= rate.central <= rate.high:
        return []
    return [Problem("contact_rate", "ordered", "low is at most central, and central at most high")]
