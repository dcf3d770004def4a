"""Expectations of a whole population: somebody can be written to, and in time."""

from services.dispatcher.population.report import LoadReport
from services.dispatcher.schedule.chunk import further_waves, last_day
from shared.contracts import CampaignApproved
from shared.errors import Invalid, Problem

MOST_WAVES = 1_000
"""Waves of one campaign, one a working day: nearly four years. All are kept with the campaign."""


def expect_somebody(report: LoadReport) -> None:
    """Raises `Invalid` where nobody is left to write to, with the reasons."""
    if not report.rows:
        raise Invalid("the file has no rows", Problem("file", "empty", "a header and at least one row are needed"))
    if not report.eligible:
        found = [
            Problem(name, reason, f"{count} rows, such as {report.rows_of(reason)}")
            for name, counter in (("rejected", report.rejected), ("suppressed", report.suppressed))
            for reason, count in counter.items()
        ]
        raise Invalid("nobody in this file can be written to", *found)


def expect_in_time(plan: CampaignApproved, customers: int) -> None:
    """Raises `Invalid` where so many customers would take too many waves, or the last of them would be asked for an
    answer by a day that has come."""
    shares = sum(arm.share for arm in plan.arms)
    letters = customers * sum(arm.share for arm in plan.arms if not arm.control) // shares
    if len(plan.waves) + further_waves(plan.waves, letters) > MOST_WAVES:
        message = f"{letters:,} customers take more than {MOST_WAVES} waves of this size: amend the plan to larger ones"
        raise Invalid(message, Problem("waves", "too-many", message))
    last = last_day(plan.waves, letters)
    if plan.respond_by and last >= plan.respond_by:
        again = "" if plan.corrects else ", and load the file again"
        message = (
            f"{letters:,} customers take until {last} in waves of this size, and the day to respond by is "
            f"{plan.respond_by}: amend the plan to larger waves or a later day{again}"
        )
        raise Invalid(message, Problem("respond_by", "before-the-last-wave", message))
