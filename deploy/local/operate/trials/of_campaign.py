"""The trial of a campaign, asked of planner with the key of a caller: its state, its results, its archive."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from deploy.local.client import Client, endpoint
from deploy.local.errors import StackError
from deploy.local.operate.output_file import expect_writable
from services.planner.evaluation.analysis_plan import TrialPlan
from services.planner.evaluation.result import Evaluation
from shared.values import CAMPAIGN_PATTERN

REFERENCE = re.compile(CAMPAIGN_PATTERN)
ANALYSIS_SECONDS = 600.0
AS_KEPT = {"as_kept": True}


def is_campaign(named: str) -> bool:
    """Returns whether a campaign is named, and not a file."""
    return bool(REFERENCE.fullmatch(named)) and not Path(named).exists()


def question(look: int | None, excluded: list[str]) -> dict[str, Any]:
    """Returns the body of an analysis. `excluded` are days with reasons, as `2026-09-08=wrong page`."""
    days = [{"on": on.isoformat(), "why": why} for on, why in excluded_days(excluded).items()]
    return {"look": look, "excluded": days}


def excluded_days(excluded: Sequence[str]) -> dict[date, str]:
    """Returns the days to leave out with the reasons, from `2026-09-08=wrong page`. Raises `StackError`."""
    days = {}
    for each in excluded:
        on, _, why = each.partition("=")
        try:
            day = date.fromisoformat(on.strip())
        except ValueError:
            day = None
        if day is None or not why.strip():
            raise StackError(f"say a day and why it is left out, as --exclude '2026-09-08=wrong page': not {each!r}")
        days[day] = why.strip()
    return days


def analysed_campaign(campaign: str, caller: str, body: dict[str, Any]) -> tuple[TrialPlan, Evaluation]:
    found = _ask(campaign, caller, "analysis", body).json()
    return TrialPlan.model_validate(found["plan"], context=AS_KEPT), Evaluation.model_validate(found["result"])


def exported_campaign(campaign: str, caller: str, body: dict[str, Any], file: Path) -> int:
    """Writes the archive to a file; returns its bytes."""
    expect_writable(file)
    return file.write_bytes(_ask(campaign, caller, "export", body).content)


def published_campaign(campaign: str, caller: str, body: dict[str, Any]) -> Any:
    return _ask(campaign, caller, "publication", body).json()


def status_lines(found: dict[str, Any]) -> list[str]:
    """Says what planner knows of a trial, without any effect."""
    data, record = found["data"], found["record"]
    lines = [*found["says"], f"Seal of plan version {found['plan_version']}: {found['seal']}"]
    if not found["sealed"]:
        lines.append("No approval has said this seal yet.")
    if data is None:
        lines.append("Nobody was dealt with yet.")
    else:
        lines.append(
            f"{data['allocated']:,} customers allocated, {data['dealt_with']:,} dealt with, {data['sent']:,} letters "
            f"sent, {data['outcomes']:,} outcomes. All of them reach the primary horizon on {data['complete_on']}."
        )
    lines += [f"Sealed {seal['at']} as plan version {seal['plan_version']}: {seal['seal']}" for seal in record["seals"]]
    lines += [f"Looked at early by {peek['by']} at {peek['at']}." for peek in record["peeks"]]
    lines += [f"Published by {each['published_by']} at {each['published_at']}." for each in found["published"]]
    if made := record["decision"]:
        lines.append(f"Decision at the close, by {made['by']}: {made['decision']}. {made['why']}")
    return lines


def _ask(campaign: str, caller: str, what: str, body: dict[str, Any]) -> Any:
    with Client(endpoint("planner", caller), ANALYSIS_SECONDS) as planner:
        return planner.send("POST", f"/v1/campaigns/{campaign}/trial/{what}", body=body)
