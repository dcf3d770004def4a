"""Trials analysed from wherever their data are: planner, an export, or CSV files with a plan."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from deploy.local.errors import StackError
from deploy.local.operate.output_file import expect_writable
from deploy.local.operate.trials.of_campaign import analysed_campaign, excluded_days, is_campaign, question
from deploy.local.operate.trials.trial import TrialRefusedError, plan_in
from services.planner.evaluation.analysis import Trial, evaluate
from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.files.export import exported, imported, read_trial
from services.planner.evaluation.result import Evaluation
from shared.errors import OtmError

ALMOST_EQUAL = 1e-9


@dataclass(frozen=True)
class Wanted:
    """An analysis as it was asked for. `file` is a campaign, an export, or customers as CSV with their `plan`; `sealed`
    is the published seal, `save` a file for data, result and report."""

    file: str
    plan: Path | None = None
    outcomes: Path | None = None
    as_of: date | None = None
    sealed: str | None = None
    look: int | None = None
    excluded: Sequence[str] = ()
    save: Path | None = None
    caller: str = "analyst"


@dataclass(frozen=True)
class Found:
    """A result. `same` says whether the numbers in an export come out again; None where there is no export."""

    plan: TrialPlan
    result: Evaluation
    same: bool | None = None

    @property
    def good(self) -> bool:
        return self.result.stands and self.same is not False


def analysed(wanted: Wanted) -> Found:
    """Raises `StackError` for what cannot be a trial's data, or options that mean nothing for it."""
    if is_campaign(wanted.file):
        _expect_no_more(
            wanted, ("plan", "outcomes", "as_of", "sealed", "save"), "planner analyses a campaign's own trial"
        )
        body = question(wanted.look, list(wanted.excluded))
        return Found(*analysed_campaign(wanted.file, wanted.caller, body))
    if wanted.save:
        expect_writable(wanted.save)
    try:
        trial, look, same = _from_files(wanted, wanted.plan) if wanted.plan else _from_export(wanted)
        trial = replace(trial, excluded={**trial.excluded, **excluded_days(wanted.excluded)})
        result = evaluate(trial, look)
        if wanted.save:
            wanted.save.write_bytes(exported(trial, look))
    except OtmError as error:
        raise TrialRefusedError(error) from None
    return Found(trial.plan, result, same)


def _from_files(wanted: Wanted, plan: Path) -> tuple[Trial, int | None, None]:
    outcomes = _content(wanted.outcomes) if wanted.outcomes else None
    as_of = wanted.as_of or datetime.now(UTC).date()
    trial = read_trial(plan_in(plan), _content(Path(wanted.file)), outcomes, as_of, wanted.sealed)
    return trial, wanted.look, None


def _from_export(wanted: Wanted) -> tuple[Trial, int | None, bool]:
    """The trial as it was exported, first analysed as it was then: only afterwards by another look, day or seal."""
    content = _content(Path(wanted.file))
    if Path(wanted.file).suffix != ".zip" and not content.startswith(b"PK"):
        raise StackError(
            f"{wanted.file} is no export of a trial. If it is a file of customers, say its plan with --plan"
        )
    _expect_no_more(wanted, ("outcomes", "as_of"), "an export has its own")
    trial, look, before = imported(content)
    same = same_numbers(evaluate(trial, look), before)
    look = look if wanted.look is None else wanted.look
    return replace(trial, sealed=wanted.sealed or trial.sealed), look, same


def _expect_no_more(wanted: Wanted, options: Sequence[str], why: str) -> None:
    names = {"as_of": "--as-of", "sealed": "--seal", "save": "--export"}
    given = [names.get(option, f"--{option}") for option in options if getattr(wanted, option) is not None]
    if given:
        raise StackError(f"leave out {' and '.join(given)}: {why}")


def same_numbers(found: Evaluation, before: Evaluation) -> bool:
    """Whether two results agree in every word, and in every number to nine digits."""
    left, right = (e.model_dump(mode="json", exclude={"versions"}) for e in (found, before))
    return _alike(left, right)


def _alike(left: Any, right: Any) -> bool:
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_alike(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_alike, left, right))
    if isinstance(left, float) and isinstance(right, float | int):
        return abs(left - right) <= ALMOST_EQUAL * max(1.0, abs(left), abs(right))
    return bool(left == right)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise StackError(
            f"{file} cannot be read: {error.strerror}. Name a file, or a campaign as OTM-26-0001"
        ) from None
