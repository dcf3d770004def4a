"""Arms of the trial and their letters."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.errors import Problem
from shared.letters.personalisation import AGENT_FIELDS, FIELDS, unknown_fields
from shared.values import Code, Number, OfficialText, Title, Value

Language = Literal["en", "cy"]
OneLine = Annotated[Title, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$")]
"""A title on one line: it becomes the subject of e-mails and letters."""
Body = Annotated[OfficialText, Field(min_length=1)]
COPYING = frozenset({"print", "third-party"})
"""The channels by which an agent's copy can go beside the customer's letter."""


class AgentLetter(Value):
    """The text for a customer's agent, with `{{ agent_name }}` as a further place."""

    subject: OneLine
    body: Body


class Letter(Value):
    """A letter in one language. `body` is markdown with `{{ field }}` places; `agent` is the text of the copy for
    agents.
    """

    language: Language
    subject: OneLine
    body: Body
    agent: AgentLetter | None = None


class Arm(Value):
    """One arm of the trial; `share` is its part of the allocation ratio. A control arm has no letters, no channel.
    `cost_pence` is what writing to one of its customers costs, for the cost of each extra response."""

    code: Code
    control: bool = False
    share: Number = 1
    cost_pence: Annotated[float, Field(ge=0, le=1e9)] | None = None
    channel: Literal["print", "letter", "email", "text", "third-party"] | None = None
    letters: tuple[Letter, ...] = ()


def treated_share(arms: tuple[Arm, ...]) -> float:
    """Returns the share of customers who are written to: all but the control arms."""
    return sum(arm.share for arm in arms if not arm.control) / sum(arm.share for arm in arms)


def arm_problems(arms: tuple[Arm, ...]) -> list[Problem]:
    """Returns the contradictions within and between arms."""
    problems = []
    if len({arm.code for arm in arms}) < len(arms):
        problems.append(Problem("arms", "unique-codes", "two arms have the same code"))
    if arms and all(arm.control for arm in arms):
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
    if len({letter.agent is None for letter in arm.letters}) > 1:
        problems.append(Problem(f"{field}.letters", "agent-in-each-language", "a text for agents in each language"))
    for index, letter in enumerate(arm.letters):
        if unknown_fields(letter.subject) or unknown_fields(letter.body):
            allowed = f"the places to fill are {', '.join(sorted(FIELDS))}"
            problems.append(Problem(f"{field}.letters.{index}", "unknown-field", allowed))
        problems += _agent_problems(f"{field}.letters.{index}.agent", letter.agent, arm)
    return problems


def _agent_problems(field: str, agent: AgentLetter | None, arm: Arm) -> list[Problem]:
    if agent is None:
        return []
    problems = []
    if arm.channel and arm.channel not in COPYING:
        by = f"agents' copies go by {' and '.join(sorted(COPYING))}, not by {arm.channel}"
        problems.append(Problem(field, "no-agent-copies", by))
    if unknown_fields(agent.subject, AGENT_FIELDS) or unknown_fields(agent.body, AGENT_FIELDS):
        allowed = f"the places to fill are {', '.join(sorted(AGENT_FIELDS))}"
        problems.append(Problem(field, "unknown-field", allowed))
    return problems
