"""Evaluations of trials, and the checks that they fail or are warned by."""

from dataclasses import replace
from typing import Any

from services.planner.evaluation.analysis import evaluate
from services.planner.evaluation.result import Evaluation
from services.planner.evaluation.seal import seal
from tests.planner.evaluation.given.trials import counted, plan, trial


def failing(result: Evaluation) -> list[str]:
    return [check.code for check in result.checks if check.verdict == "fails"]


def warned(result: Evaluation) -> list[str]:
    return [check.code for check in result.checks if check.verdict == "warns"]


def evaluated(*groups: tuple[int, int], **changes: Any) -> Evaluation:
    arms = ("letter", "reminder", "call")[: len(groups) - 1]
    sealed = plan(*arms)
    return evaluate(trial(sealed, replace(counted(*groups), **changes), sealed=seal(sealed)))
