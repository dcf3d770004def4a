"""An added bank holiday is no working day for reminders, quiet hours, moments and deadlines."""

from datetime import UTC, datetime

from services.notifier.campaigns.campaign import Known, deadline
from services.notifier.rulebook.rules import Rule
from services.notifier.rulebook.working_hours import Hours, Quiet
from services.notifier.timed.moment_dates import moments
from shared.contracts import CampaignApproved, InformationVolunteered
from shared.contracts.campaigns import VolunteeredProcess
from tests.notifier.given.planned import CAMPAIGN
from tests.support.holidays import ADDED, THE_DAY_AFTER, added_holiday
from tests.support.samples import sample

FRIDAY = datetime(2027, 5, 7, 15, 0, tzinfo=UTC)
"""At 16:00 in London, the last working day before the added holiday."""


def test_a_reminder_waits_for_the_day_after_an_added_bank_holiday() -> None:
    assert Hours().after(FRIDAY, 2).date() == ADDED
    with added_holiday():
        assert Hours().after(FRIDAY, 2).date() == THE_DAY_AFTER
        assert Quiet().over(datetime(2027, 5, 9, 12, tzinfo=UTC)).date() == THE_DAY_AFTER


def test_a_moment_before_a_date_counts_an_added_bank_holiday_as_none() -> None:
    rule = Rule.model_validate(
        {"code": "r", "when": {"before": "launch", "working_days": 1, "at": "09:00"}, "to": "a", "template": "t"}
    )
    known = Known(campaign=CAMPAIGN, approved=sample(CampaignApproved, launch=THE_DAY_AFTER.isoformat()))
    morning = datetime(2027, 5, 11, 8, 0, tzinfo=UTC)
    assert [moment.on for moment in moments(rule, known, morning)] == [ADDED]
    with added_holiday():
        assert [moment.on for moment in moments(rule, known, morning)] == [FRIDAY.date()]


def test_the_deadline_of_what_was_volunteered_passes_over_an_added_bank_holiday() -> None:
    process = VolunteeredProcess(owner="disclosure-team", working_days=1)
    known = Known(campaign=CAMPAIGN, approved=sample(CampaignApproved, volunteered=process))
    volunteered = sample(InformationVolunteered, received_at=FRIDAY)
    assert deadline(volunteered, known) == "2027-05-10"
    with added_holiday():
        assert deadline(volunteered, known) == "2027-05-11"
