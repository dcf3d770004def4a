"""A schedule for a million customers over a year of days, for two helplines: seconds, beside one linear program of its
size.

`python -m bench.schedule --json` prints `seconds`, `floor_seconds` and `ratio_to_floor` on its last line.
"""

import argparse
import json
import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median
from typing import TypeVar

from services.planner.forecast.assumptions import ArmAssumption, Assumptions
from services.planner.forecast.helplines.capacity import TeamCapacity
from services.planner.forecast.schedule.limits import IssueLimits, issue_days
from services.planner.forecast.schedule.program import IssueProgram
from services.planner.forecast.schedule.proposal import propose
from services.planner.plan.contact_assumptions import Taker
from services.planner.plan.rate import Rate

FIRST_DAY, RESPOND_BY = date(2026, 12, 8), date(2027, 12, 31)
RATE = Rate(low=0.04, central=0.06, high=0.085, source="invented")
T = TypeVar("T")


def given(customers: int) -> Assumptions:
    """Two arms by post and one by e-mail, beside a control, and helplines that need most of a year for them."""
    arms = (
        ArmAssumption(code="plain", share=2, rate=RATE),
        ArmAssumption(code="warm", share=2, channel="email", rate=RATE),
        ArmAssumption(code="control", control=True),
    )
    takers = (
        Taker(reason="help-to-act", team="customer-services", share=0.8),
        Taker(reason="cannot-pay", team="debt-management", share=0.2),
    )
    a_day = {"customer-services": customers * 5 // 10_000, "debt-management": customers * 2 // 10_000}
    teams = tuple(TeamCapacity(team=team, contacts=contacts) for team, contacts in a_day.items())
    return Assumptions(
        customers=customers, first_day=FIRST_DAY, respond_by=RESPOND_BY, arms=arms, takers=takers, teams=teams
    )


def timed(work: Callable[[], T], times: int) -> tuple[float, T]:
    """Returns the median of the seconds that it takes, and its last result."""
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - began)
    return median(seconds), result


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="one object, on the last line")
    chosen = parser.parse_args()
    asked, limits = given(chosen.customers), IssueLimits(asked_on=FIRST_DAY - timedelta(days=1))
    program = IssueProgram(asked, limits, issue_days(asked, limits))
    floor, _ = timed(lambda: program.fits(len(program.days)), chosen.times)
    seconds, proposed = timed(lambda: propose(asked, limits), chosen.times)
    figures = {
        "customers": chosen.customers,
        "issue_days": len(program.days),
        "waves": len(proposed.waves),
        "finished": str(proposed.finished),
        "seconds": round(seconds, 3),
        "floor_seconds": round(floor, 3),
        "ratio_to_floor": round(seconds / floor, 1),
    }
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):30} {value}")
    if chosen.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
