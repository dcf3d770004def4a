"""Soundness of an approved plan: whether dispatcher can issue it, and the refusal of one that it cannot."""

from collections.abc import Mapping, Sequence

from services.dispatcher.campaigns.capabilities import ChannelCapabilities
from shared.contracts import CampaignApproved, CampaignRefused
from shared.contracts.campaigns import AgentLetter, Arm, Letter
from shared.contracts.channels import MOST_REFUSALS, PlanProblem
from shared.errors import Conflict, Invalid, Problem
from shared.letters.personalisation import AGENT_FIELDS, FIELDS, asks_for, unknown_fields

RANDOMISED = (
    "the customers of this campaign are in their arms: keep the arms' codes, shares and controls, the seed and the "
    "kind of reference as they were, or begin a new campaign"
)
PLACES_NAMED = 10
"""Number of places that nobody can fill that one message names."""


def expect_sound(plan: CampaignApproved, channels: Mapping[str, ChannelCapabilities]) -> None:
    """Raises `Invalid` for a plan that would fail at issue: an unknown channel, one that cannot do what the plan asks,
    no letter, or a place that nobody can fill."""
    problems = [
        problem
        for index, arm in enumerate(plan.arms)
        if not arm.control
        for problem in _arm_problems(f"arms.{index}", arm, channels)
    ]
    texts = [text for arm in plan.arms for letter in arm.letters for text in (letter, letter.agent)]
    if plan.respond_by is None and asks_for("respond_by", texts):
        problems.append(Problem("respond_by", "required", "a letter says by when to respond"))
    last = max((wave.on for wave in plan.waves), default=None)
    if plan.respond_by and last and plan.respond_by <= last:
        message = f"the last wave is on {last}: the day to respond by has to be after it"
        problems.append(Problem("respond_by", "before-the-last-wave", message))
    if problems:
        raise Invalid(f"{plan.campaign} cannot be issued as approved", *problems)


def refused(plan: CampaignApproved, why: Conflict | Invalid) -> CampaignRefused:
    """Returns the answer to a plan that cannot be issued, with each place and what can be done."""
    problems = why.problems or (Problem("arms", "randomised-already", RANDOMISED),)
    return CampaignRefused(
        campaign=plan.campaign,
        plan_version=plan.plan_version,
        problems=tuple(PlanProblem(field=p.field, rule=p.rule, message=p.message) for p in problems[:MOST_REFUSALS]),
        refused_at=plan.approved_at,
    )


def _arm_problems(field: str, arm: Arm, channels: Mapping[str, ChannelCapabilities]) -> list[Problem]:
    problems, copying = [], sorted(code for code, can in channels.items() if can.agent_copies)
    if arm.channel not in channels:
        known = f"the channels are {', '.join(sorted(channels))}"
        problems.append(Problem(f"{field}.channel", "unknown-channel", known))
    elif any(letter.agent for letter in arm.letters) and arm.channel not in copying:
        by = f"agents' copies go by {', '.join(copying)}, not by {arm.channel}"
        problems.append(Problem(f"{field}.channel", "no-agent-copies", by))
    languages = [letter.language for letter in arm.letters]
    if not languages or len(set(languages)) < len(languages):
        problems.append(Problem(f"{field}.letters", "one-for-each-language", "one letter for each language"))
    if len({letter.agent is None for letter in arm.letters}) > 1:
        problems.append(Problem(f"{field}.letters", "agent-in-each-language", "a text for agents in each language"))
    for place, letter in enumerate(arm.letters):
        problems += place_problems(f"{field}.letters.{place}", letter)
    return problems


def place_problems(field: str, letter: Letter) -> list[Problem]:
    """Returns a problem for each text of the letter that has places nobody can fill, naming the places."""
    texts: list[tuple[str, Letter | AgentLetter, frozenset[str]]] = [(field, letter, FIELDS)]
    if letter.agent:
        texts.append((f"{field}.agent", letter.agent, AGENT_FIELDS))
    found = [(where, unknown_fields(f"{text.subject}\n{text.body}", known), known) for where, text, known in texts]
    return [
        Problem(where, "unknown-field", f"{_some(unknown)}: the places to fill are {', '.join(sorted(known))}")
        for where, unknown, known in found
        if unknown
    ]


def _some(names: Sequence[str]) -> str:
    return ", ".join([*names[:PLACES_NAMED], *(["…"] if len(names) > PLACES_NAMED else [])])
