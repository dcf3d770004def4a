"""Completeness of a plan: the list of what it lacks before anybody can be asked to approve it."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from services.planner.plan.plan import Plan
from services.planner.plan.sealed_plan import sealed_plan_problems
from shared.errors import Problem
from shared.letters.personalisation import asks_for

REQUIRED: Mapping[str, str] = {
    "purpose": "what it is for",
    "aim": "whether it promotes, prevents or responds",
    "risk": "the risk that it tackles",
    "groups": "which groups, their numbers, and whether they could grow",
    "customers": "how many customers are in scope",
    "resource": "what resource it needs",
    "campaign_type": "what type of campaign it is: highlighting-errors, voluntary-disclosure, deadline-reminder, "
    "debt-reminder or educating",
    "stream": "whether it is upstream (educates) or downstream",
    "small_test": "whether it is tested first: pilot, in-roll-out, or none",
    "terms_of_reference": "its terms of reference: who does what, and how it is reported",
    "approach": "whether it is a trial or an established approach",
    "method": "by what method customers are reached",
    "stakeholders": "which teams it will hit",
    "press_office_briefed": "when the press office was briefed",
    "communications_briefed": "when communications were briefed",
    "evaluation": "how it is evaluated, and the measure of success",
    "milestones": "its milestones",
    "action": "what customers are asked to do and why, and what happens if they do and if they do not",
    "responses": "how responses will be handled",
    "contact_rate": "what share of customers will get in touch: low, central, high",
    "launch": "when it is launched",
    "allocation_seed": "the seed by which customers are allocated to arms",
    "arms": "who is sent what",
}
"""The fields that a plan must fill, and what each is to say."""

LETTER_BYTES = 800_000
"""The size of all letters of a plan: an event has at most a million bytes, with schedule and forecast in it."""
RECORDS = r"(?:records?|documents?|invoices?|receipts?|bank statements?|accounts|paperwork|cofnodion|dogfennau)"
ASKS_FOR_RECORDS = re.compile(
    rf"\b(?:send|provide|supply|submit|forward|upload|post|anfonwch|darparwch)\b[^.!?]{{0,80}}\b{RECORDS}\b",
    re.IGNORECASE,
)
"""The pattern of sentences in letters that ask customers for records."""


def plan_problems(plan: Plan, today: date) -> list[Problem]:
    """Returns all that is missing from the plan or stands against it."""
    missing = [
        Problem(field, "required", f"say {what}") for field, what in REQUIRED.items() if _empty(getattr(plan, field))
    ]
    return [
        *missing,
        *_trial_problems(plan),
        *_date_problems(plan, today),
        *_letter_problems(plan),
        *_length_problems(plan),
    ]


def _length_problems(plan: Plan) -> list[Problem]:
    """Returns a problem where the letters are longer than other services take an approved plan."""
    size = len(json.dumps(plan.model_dump(mode="json", include={"arms", "risk"}), ensure_ascii=False).encode())
    if size <= LETTER_BYTES:
        return []
    told = f"the letters of all arms take {size:,} bytes, and {LETTER_BYTES:,} can be issued: shorten them"
    return [Problem("arms", "length", told)]


def _trial_problems(plan: Plan) -> list[Problem]:
    if plan.approach != "trial":
        return []
    problems = []
    if not plan.hypothesis.strip():
        problems.append(Problem("hypothesis", "required", "a trial needs a hypothesis"))
    if not any(arm.control for arm in plan.arms):
        problems.append(Problem("arms", "control-group", "a trial needs a control group that is never contacted"))
    return problems or sealed_plan_problems(plan)


def _date_problems(plan: Plan, today: date) -> list[Problem]:
    problems = []
    if plan.launch and plan.launch < today:
        problems.append(Problem("launch", "not-past", "the launch is in the past"))
    texts = [text for arm in plan.arms for letter in arm.letters for text in (letter, letter.agent)]
    if plan.respond_by is None and asks_for("respond_by", texts):
        problems.append(Problem("respond_by", "required", "a letter says by when to respond"))
    for field, briefed in (("press_office_briefed", plan.press_office_briefed),
                           ("communications_briefed", plan.communications_briefed)):  # fmt: skip
        if briefed and briefed.on > today:
            problems.append(Problem(f"{field}.on", "not-future", "that briefing has not taken place yet"))
    return problems


def _test_problems(plan: Plan) -> list[Problem]:
    if plan.small_test == "pilot" and not plan.earlier_campaigns:
        return [
            Problem("earlier_campaigns", "pilot", "name the campaign that was the pilot, or say in-roll-out or none")
        ]
    return []


def _agent_problems(plan: Plan) -> list[Problem]:
    named = "an agent's letter must not name the client: refer to {{ letter_reference }} alone"
    return [
        Problem(f"arms.{index}.letters.{place}.agent", "names-client", named)
        for index, arm in enumerate(plan.arms)
        for place, letter in enumerate(arm.letters)
        if asks_for("name", [letter.agent]) or asks_for("customer_reference", [letter.agent])
    ]


def _letter_problems(plan: Plan) -> list[Problem]:
    opens_a_check = "asking customers for records is opening a check: this is not One to Many"
    problems = []
    if plan.action and plan.action.asks_for_records:
        problems.append(Problem("action.asks_for_records", "opens-a-check", opens_a_check))
    problems += [*_agent_problems(plan), *_test_problems(plan)]
    for index, arm in enumerate(plan.arms):
        for place, letter in enumerate(arm.letters):
            field = f"arms.{index}.letters.{place}"
            if ASKS_FOR_RECORDS.search(letter.body):
                problems.append(Problem(f"{field}.body", "opens-a-check", opens_a_check))
            if letter.agent and ASKS_FOR_RECORDS.search(letter.agent.body):
                problems.append(Problem(f"{field}.agent.body", "opens-a-check", opens_a_check))
    return problems


def _empty(value: Any) -> bool:
    return value is None or value == () or (isinstance(value, str) and not value.strip())
