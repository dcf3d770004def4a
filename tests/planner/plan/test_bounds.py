"""Bounds of a plan: no typed date or size makes planner slow, and no draft breaks somebody else's campaign."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.planner.agreement.clashes import OtherCampaign, clashes
from services.planner.decisions.brief import write_lines
from services.planner.forecast.forecast import forecast
from services.planner.lifecycle import State
from services.planner.lines_to_take.words import Words
from services.planner.plan.dates import AS_KEPT
from services.planner.plan.plan import Plan
from shared.errors import Invalid
from tests.planner.given.people import People
from tests.planner.given.plans import AUTHOR, answered, by, draft, missing, plan, worded
from tests.support.inside import Inside

ENDLESS: tuple[dict[str, Any], ...] = (
    {"launch": "9999-12-31", "respond_by": None},
    {"launch": "9999-12-30", "respond_by": "9999-12-31"},
    {"customers": 60_000_000, "daily_limit": 1, "respond_by": None},
    {"launch": "9998-01-04", "customers": 60_000_000, "daily_limit": 1, "respond_by": None},
)


@pytest.mark.parametrize("launch", ["9999-12-31", "1999-12-31", "0001-01-01", 20261208, 1.5, "1785000000", "2026-9-7"])
def test_a_launch_that_is_no_plausible_day_is_refused(launch: Any) -> None:
    with pytest.raises(ValidationError):
        Plan.model_validate(plan(launch=launch, respond_by=None))


@pytest.mark.parametrize("field", ["press_office_briefed", "communications_briefed"])
def test_every_other_date_of_a_plan_has_the_same_bounds(field: str) -> None:
    for changes in ({field: {"on": "9999-12-31", "by": "designer"}}, {"milestones": [{"what": "End", "on": 5}]}):
        with pytest.raises(ValidationError):
            Plan.model_validate(plan(**changes))


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"customers": 60_000_000, "daily_limit": 1}, "too-many-days"),
        ({"customers": 26_100 * 5 // 4, "daily_limit": 100}, "too-many-days"),
        ({"respond_by": "2027-09-09"}, "too-late"),
        ({"customers": 2}, "fewer-than-arms"),
    ],
)
def test_a_size_or_date_beyond_its_bounds_is_refused(changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(Invalid) as refused:
        Plan.model_validate(plan(**changes))
    assert [problem.rule for problem in refused.value.problems] == [rule]
    assert Plan.model_validate(plan(customers=32_500, daily_limit=100)).waves == 260


def test_a_process_for_volunteered_information_ends_within_a_year() -> None:
    responses = plan()["responses"]
    with pytest.raises(ValidationError):
        Plan.model_validate(
            plan(responses=responses | {"volunteered": responses["volunteered"] | {"working_days": 261}})
        )


def test_a_launch_on_a_bank_holiday_is_refused_with_the_name_of_the_holiday() -> None:
    with pytest.raises(Invalid, match="hang together") as refused:
        Plan.model_validate(plan(launch="2026-08-31"))
    assert "31 August 2026 is Late Summer Bank Holiday" in refused.value.problems[0].message
    with pytest.raises(Invalid) as refused:
        Plan.model_validate(plan(launch="2026-09-06"))
    assert "06 September 2026 is a Sunday" in refused.value.problems[0].message


@pytest.mark.parametrize("changes", ENDLESS)
def test_a_kept_plan_beyond_the_bounds_is_compared_without_listing_its_days(changes: dict[str, Any]) -> None:
    endless = Plan.model_validate(plan(**changes), context=AS_KEPT)
    other = OtherCampaign(reference="OTM-26-0007", title="Endless", state=State.DRAFT, plan=endless)
    clashes("OTM-26-0042", Plan.model_validate(plan()), [other])
    assert forecast(endless) == ()


@pytest.mark.parametrize("changes", ENDLESS)
async def test_a_kept_draft_of_somebody_else_breaks_no_call_of_mine(
    planner: Inside, people: People, changes: dict[str, Any]
) -> None:
    await people.draft(title="Theirs")
    kept = {f"plan.{name}": value for name, value in changes.items()}
    await planner.service.store["campaigns"].update_one({"_id": "OTM-26-0001"}, {"$set": kept})
    for path in ("", "/clashes", "/submission", "/launch", "/stakeholders", "/gates"):
        await people.read(path)
    await people.approved()
    for path in ("", "/clashes", "/submission", "/launch", "/stakeholders", "/gates"):
        await people.read(path)


def test_letters_that_no_service_would_take_are_refused_at_submission_and_not_at_the_last_gate() -> None:
    arms = plan()["arms"]
    long_letters = [letter | {"body": "x" * 19_000} for letter in arms[1]["letters"]]
    many = [arms[1] | {"code": f"arm-{number}", "letters": long_letters} for number in range(19)]
    assert ("arms", "length") not in missing(worded(answered(draft(arms=[arms[0], *many]))))
    agents = [letter | {"agent": letter["agent"] | {"body": "y" * 19_000}} for letter in long_letters]
    more = [each | {"letters": agents} for each in many]
    assert ("arms", "length") in missing(worded(answered(draft(arms=[arms[0], *more]))))


def test_lines_that_no_service_would_take_are_refused_when_they_are_written() -> None:
    emoji = Words.model_validate({"lines": [{"question": "Why?", "answer": "\U0001f600" * 9_999}] * 29})
    with pytest.raises(Invalid) as refused:
        write_lines(draft(), emoji, by(AUTHOR))
    assert [problem.rule for problem in refused.value.problems] == ["length"]
