"""Trials designed, and their seals verified, from files alone: nothing has to run."""

import json
import re
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from deploy.local.errors import StackError
from deploy.local.operate.document import document
from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.design import Design, design
from services.planner.evaluation.files.archive import unpack
from services.planner.evaluation.report.design_words import design_words
from services.planner.evaluation.seal import expect_seal, seal_of
from shared.errors import OtmError
from shared.refusals import problems_of

SEAL = re.compile(r"[0-9a-f]{64}")
SEAL_FIELDS = ("analysis_plan_sha256", "seal", "sealed")
"""Where a seal stands in `campaign.approved`, in an export's seal.json, in its trial.json."""


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
    if not SEAL.fullmatch(sealed.strip().lower()):
        sealed = _published(Path(sealed))
    found = _document(file)
    try:
        plan = _plan(found)
    except StackError:
        return _sealed_as_it_stands(found, sealed)
    return _sealed_as_it_stands(plan.model_dump(mode="json"), sealed)


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
        lines = [f"  {'.'.join(map(str, e['loc'])) or 'the file'}: {_words(e)}" for e in error.errors()]
        raise StackError("\n".join(["Refused: this is not a trial's plan", *lines])) from None


def _words(error: ErrorDetails) -> str:
    """Says of a field what to do about it."""
    if error["type"] == "missing" and error["loc"][-1] == "icc":
        return "say the intra-cluster correlation: nothing can stand in for it, and a guess too low misleads"
    if error["type"] == "extra_forbidden":
        return "is no field of a plan: correct its name or leave it out"
    return problems_of([error])[0].message


def _sealed_as_it_stands(found: Any, sealed: str) -> str:
    try:
        expect_seal(found, sealed)
        return seal_of(found)
    except OtmError as error:
        raise TrialRefusedError(error) from None


def _published(file: Path) -> str:
    try:
        file.read_bytes()
    except OSError:
        raise StackError("give the seal as 64 signs of 0-9 and a-f, or a file that holds it and can be read") from None
    found = document(file)
    fields = found.get("data", found) if isinstance(found, dict) else {}
    for name in SEAL_FIELDS:
        if isinstance(fields, dict) and fields.get(name):
            return str(fields[name])
    raise StackError(f"{file} holds no seal: give the campaign.approved event, seal.json, or the seal itself")
