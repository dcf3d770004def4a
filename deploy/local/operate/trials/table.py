"""Effects from a printed table of arms, as CSV."""

import csv
from pathlib import Path
from typing import get_args

from pydantic import TypeAdapter, ValidationError

from deploy.local.errors import StackError
from deploy.local.operate.trials.trial import TrialRefusedError
from services.planner.evaluation.analysis_plan import Correction
from services.planner.evaluation.estimates.published import PrintedArm, PrintedEffect, printed_effects
from shared.errors import OtmError


def compared(file: Path, correction: str, alpha: float) -> list[PrintedEffect]:
    """Returns the effect of each arm against the first row. Raises `StackError` where the table is none."""
    if correction not in get_args(Correction):
        raise StackError(f"There is no such correction: use one of {', '.join(get_args(Correction))}")
    try:
        rows = [line for line in file.read_text("utf-8-sig").splitlines() if line.strip() and not line.startswith("#")]
        filled = [{name: value for name, value in row.items() if value} for row in csv.DictReader(rows)]
        arms = TypeAdapter(list[PrintedArm]).validate_python(filled)
    except (ValidationError, UnicodeDecodeError, csv.Error):
        needed = "arm, customers and did, percent, or mean and deviation (and cluster, a row for each)"
        raise StackError(f"{file} is not a table of arms: its columns must be {needed}") from None
    try:
        return printed_effects(arms, alpha, TypeAdapter(Correction).validate_python(correction))
    except OtmError as error:
        raise TrialRefusedError(error) from None
