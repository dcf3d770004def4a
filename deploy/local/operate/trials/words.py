"""A trial's result as lines for a terminal: failing checks and the conclusion before every effect."""

import json

from deploy.local.operate.trials.analysis import Found
from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.report.content import arm_rows, check_rows, cost_lines, effect_rows, plan_lines
from services.planner.evaluation.result import Evaluation


def result_text(found: Found, as_json: bool) -> str:
    """Returns the result as a report, or as one line of JSON."""
    if as_json:
        stands = {"stands": found.result.stands, "same_as_export": found.same is not False}
        return json.dumps(found.result.model_dump(mode="json") | stands)
    lines = report_lines(found.plan, found.result)
    if found.same is not None:
        lines.append(
            "The numbers are those in the export." if found.same else "THE NUMBERS ARE NOT THOSE IN THE EXPORT."
        )
    return "\n".join(lines)


def report_lines(plan: TrialPlan, result: Evaluation) -> list[str]:
    lines = [*result.conclusion, "", "Checks"]
    lines += [f"  {verdict}: {says}" for verdict, says in check_rows(result)]
    lines += ["", "Effects (comparison; outcome; kind; customers; levels; effect; interval; p; p corrected; shown)"]
    lines += [f"  {'; '.join(row)}" for row in effect_rows(plan, result)]
    lines += ["", "Arms (customers; randomised; sent; reached; contacts per 1,000 letters)"]
    lines += [f"  {'; '.join(row)}" for row in arm_rows(result)]
    return [*lines, "", *cost_lines(plan, result), *plan_lines(plan, result)]
