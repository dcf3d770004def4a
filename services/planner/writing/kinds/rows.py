"""Lines of lists: how each is read, how it is written, and an example. Readers raise `ValueError`."""

import re
from typing import Any

from services.planner.plan.dates import EARLIEST, LATEST
from shared.reading.codes import read_code
from shared.reading.dates import read_day
from shared.reading.numbers import percent, read_percent, read_whole
from shared.reading.signs import seen
from shared.values import CAMPAIGN_PATTERN
from shared.wording import title_of

_REFERENCE = re.compile(CAMPAIGN_PATTERN, re.ASCII)


def _reference(line: str) -> str:
    found = seen(line).upper()
    if not _REFERENCE.fullmatch(found):
        raise ValueError("no reference of a campaign")
    return found


def _day(line: str) -> str:
    return read_day(line, EARLIEST, LATEST).isoformat()


def _milestone(line: str) -> dict[str, Any]:
    on, _, what = line.partition(" ")
    if not what.strip():
        raise ValueError("nothing is reached on that day")
    return {"what": what.strip(), "on": _day(on)}


def _helpline(line: str) -> dict[str, Any]:
    name, _, share = line.rpartition(",")
    return {"code": read_code(name), "percent": read_whole(share.strip().removesuffix("%"))}


def _taker(line: str) -> dict[str, Any]:
    reason, team, share = line.split(",")
    return {"reason": read_code(reason), "team": read_code(team), "share": read_percent(share)}


REFERENCE = (_reference, str, "OTM-26-0001")
DAY = (_day, str, "2026-12-24")
SHARE = (read_percent, percent, "12.5")
CODE = (read_code, title_of, "Customer services")
MILESTONE = (_milestone, lambda kept: f"{kept['on']} {kept['what']}", "2026-09-07 First letters")
HELPLINE = (_helpline, lambda kept: f"{title_of(kept['code'])}, {kept['percent']}", "Self assessment, 70")
TAKER = (
    _taker,
    lambda kept: f"{title_of(kept['reason'])}, {title_of(kept['team'])}, {percent(kept['share'])}",
    "Cannot pay, Debt management, 20",
)
