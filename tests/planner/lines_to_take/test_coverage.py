"""Lines and scripts cover every language in which an arm is written to, and every audience that takes its calls."""

from typing import Any

from services.planner.lines_to_take.coverage import coverage_problems
from services.planner.lines_to_take.words import Words
from services.planner.plan.plan import Plan
from tests.planner.given.plans import WORDS, plan

CY = {"title": "Sgript", "body": "1. Diolch", "language": "cy"}
EN = {"title": "Script", "body": "1. Thank them"}


def problems(words: Any = None, **responses: Any) -> set[tuple[str, str, str]]:
    planned = Plan.model_validate(plan(responses=plan()["responses"] | responses))
    given = Words.model_validate(words) if words else WORDS
    return {(p.field, p.rule, p.message) for p in coverage_problems(given, planned.arms, planned.responses)}


def scripts(*given: dict[str, Any]) -> dict[str, Any]:
    return WORDS.model_dump() | {"scripts": given}


def test_each_language_of_each_arm_needs_a_line() -> None:
    assert problems() == set()
    welsh_only = {"lines": [{"question": "Pam?", "answer": "Felly", "language": "cy", "arms": ["plain"]}]}
    assert problems(welsh_only) == {
        ("lines_to_take.lines", "covers", "there is no line in English for Plain"),
        ("lines_to_take.lines", "covers", "there is no line in English for Social norm"),
        ("lines_to_take.lines", "covers", "there is no line in Welsh for Social norm"),
    }


def test_a_sought_response_needs_a_script_in_each_language_of_each_arm() -> None:
    assert problems(scripts(EN, CY), immediate_response=True) == set()
    assert problems(scripts(EN, CY | {"arms": ["plain"]}), immediate_response=True) == {
        ("lines_to_take.scripts", "helplines", "there is no script of helplines in Welsh for Social norm")
    }


def test_a_letter_issuer_that_takes_calls_needs_its_own_script_in_each_language() -> None:
    issuer, calls = {"audience": "letter-issuer"}, {"letter_issuer": {"takes_calls": True, "hand_over": "By phone"}}
    assert {message for _, _, message in problems(scripts(EN, CY), **calls)} == {
        f"there is no script of letter issuer in {language} for {arm}"
        for language in ("English", "Welsh")
        for arm in ("Plain", "Social norm")
    }
    assert problems(scripts(EN | issuer, CY | issuer), **calls) == set()
