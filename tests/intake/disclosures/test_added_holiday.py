"""An added bank holiday puts off the day by which a disclosure is dealt with."""

from datetime import UTC, date, datetime

from services.intake.disclosures.assignment import DEFAULT_PROCESS, due_on
from tests.support.holidays import added_holiday


def test_the_deadline_of_a_disclosure_passes_over_an_added_bank_holiday() -> None:
    received = datetime(2027, 5, 4, 12, tzinfo=UTC)
    assert due_on(received, DEFAULT_PROCESS) == date(2027, 5, 18)
    with added_holiday():
        assert due_on(received, DEFAULT_PROCESS) == date(2027, 5, 19)
