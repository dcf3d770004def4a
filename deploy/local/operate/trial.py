"""Trials designed, verified and analysed from files alone: nothing has to run."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from deploy.local.errors import StackError
from deploy.local.operate.document import document
from services.planner.evaluation.analysis import Trial, evaluate
from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.archive import unpack
from services.planner.evaluation.design import Design, design
from services.planner.evaluation.design_words import design_words
from services.planner.evaluation.export import exported, imported, read_trial
from services.planner.evaluation.result import Evaluation
from services.planner.evaluation.seal import expect_seal, seal_of
from shared.errors import OtmError

SEAL_FIELDS = ("analysis_plan_sha256", "seal", "sealed")
"""Where a seal stands in `campaign.approved`, in an export's seal.json, in its trial.json."""
ALMOST_EQUAL = 1e-9


class TrialRefusedError(StackError):
    """A file cannot be what it should be: which, and each field with what is wrong."""

    def __init__(self, error: OtmError) -> None:
        lines = [f"  {p.field}: {p.message} [{p.rule}]" for p in error.problems]
        super().__init__("\n".join([f"Refused: {error.message}", *lines]))


def plan_in(file: Path) -> TrialPlan:
    """Reads a trial's plan from YAML, JSON or an export. Raises `StackError` where it is none."""
    return _plan(_document(file))


def designed(plan: TrialPlan) -> tuple[Design, list[str]]:
    try:
        found = design(plan)
    except OtmError as error:
        raise TrialRefusedError(error) from None
    return found, design_words(plan, found)


def verified(file: Path, sealed: str) -> str:
    """Returns the seal of the plan in `file`. `sealed` is the published seal, or a file that holds it: the event
    `campaign.approved`, or seal.json. Raises `StackError` where they differ."""
    path = Path(sealed)
    if path.exists():
        sealed = _published(path)
    found = _document(file)
    try:
        plan = _plan(found)
    except StackError:
        return _sealed_as_it_stands(found, sealed)
    return _sealed_as_it_stands(plan.model_dump(mode="json"), sealed)


def analysed(
    file: Path, plan: Path | None, outcomes: Path | None, as_of: date | None, sealed: str | None, look: int | None
) -> tuple[Trial, Evaluation, Evaluation | None]:
    """Analyses an export, or CSV files with a plan. Returns the trial, its result, and the one in the export."""
    try:
        if plan is None:
            trial, exported_look, before = imported(file.read_bytes())
            return trial, evaluate(trial, look or exported_look), before if look in (None, exported_look) else None
        outcome_bytes = outcomes.read_bytes() if outcomes else None
        trial = read_trial(plan_in(plan), file.read_bytes(), outcome_bytes, as_of or _today(), sealed)
        return trial, evaluate(trial, look), None
    except OtmError as error:
        raise TrialRefusedError(error) from None


def same_numbers(found: Evaluation, before: Evaluation) -> bool:
    """Whether two results agree in every word, and in every number to nine digits."""
    left, right = (e.model_dump(mode="json", exclude={"versions"}) for e in (found, before))
    return _alike(left, right)


def archived(trial: Trial, look: int | None) -> bytes:
    return exported(trial, look)


def _alike(left: Any, right: Any) -> bool:
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_alike(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_alike, left, right))
    if isinstance(left, float) and isinstance(right, float | int):
        return abs(left - right) <= ALMOST_EQUAL * max(1.0, abs(left), abs(right))
    return bool(left == right)


def _document(file: Path) -> Any:
    content = file.read_bytes()
    if content.startswith(b"PK"):
        try:
            return json.loads(unpack(content)["plan.json"])
        except OtmError as error:
            raise TrialRefusedError(error) from None
        except (KeyError, ValueError):
            raise StackError(f"{file} holds no plan: it is not a trial's export") from None
    return document(file)


def _plan(found: Any) -> TrialPlan:
    try:
        return TrialPlan.model_validate(found)
    except OtmError as error:
        raise TrialRefusedError(error) from None
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, e['loc'])) or 'the file'}: {_words(dict(e))}" for e in error.errors()]
        raise StackError("\n".join(["Refused: this is not a trial's plan", *lines])) from None


def _words(error: dict[str, Any]) -> str:
    """Says of a field what to do about it."""
    needed = {"icc": "say the intra-cluster correlation: nothing can stand in for it, and a guess too low misleads"}
    if error["type"] == "missing":
        return needed.get(str(error["loc"][-1]), "is needed: say it")
    if error["type"] == "extra_forbidden":
        return "is no field of a plan: correct its name or leave it out"
    return str(error["msg"]).removeprefix("Value error, ")


def _sealed_as_it_stands(found: Any, sealed: str) -> str:
    try:
        expect_seal(found, sealed)
        return seal_of(found)
    except OtmError as error:
        raise TrialRefusedError(error) from None


def _published(file: Path) -> str:
    found = document(file)
    fields = found.get("data", found) if isinstance(found, dict) else {}
    for name in SEAL_FIELDS:
        if isinstance(fields, dict) and fields.get(name):
            return str(fields[name])
    raise StackError(f"{file} holds no seal: give the campaign.approved event, seal.json, or the seal itself")


def _today() -> date:
    return datetime.now(UTC).date()
