"""Customers answer after the last letter: lines to take change until the responses have ended."""

from datetime import UTC, datetime

import pytest

from services.planner.campaign import Campaign
from services.planner.decisions.brief import approve_lines, write_lines
from services.planner.forecast.forecast import responses_end
from services.planner.lifecycle import State
from shared.errors import Conflict
from tests.planner.given.plans import AUTHOR, WORDS, by, live, signed_off

AFTER_LAUNCH = datetime(2026, 9, 7, 12, tzinfo=UTC)
LAST_DAY = datetime(2026, 11, 8, 22, tzinfo=UTC)
TOO_LATE = datetime(2026, 11, 9, 9, tzinfo=UTC)


def ended(state: State) -> Campaign:
    return live().model_copy(update={"state": state})


@pytest.mark.parametrize("state", [State.COMPLETED, State.STOPPED])
@pytest.mark.parametrize("at", [AFTER_LAUNCH, LAST_DAY])
def test_new_lines_are_published_after_the_end_while_customers_ring(state: State, at: datetime) -> None:
    written = write_lines(ended(state), WORDS, by(AUTHOR, at))
    published = approve_lines(written, 2, by("lines-editor", at))
    assert (published.lines_version, published.state) == (2, state)
    again = signed_off(published, at=at)
    assert again.acknowledged["customer-services"].told.lines_to_take == 2


@pytest.mark.parametrize("state", [State.COMPLETED, State.STOPPED, State.REJECTED])
def test_no_lines_are_written_once_the_responses_have_ended(state: State) -> None:
    at = AFTER_LAUNCH if state is State.REJECTED else TOO_LATE
    with pytest.raises(Conflict, match="change no more"):
        write_lines(ended(state), WORDS, by(AUTHOR, at))


def test_responses_end_sixty_days_after_the_last_letter_or_with_the_date_to_respond() -> None:
    plan = live().plan
    assert str(responses_end(plan)) == "2026-11-08"
    assert str(responses_end(plan.model_copy(update={"respond_by": TOO_LATE.date()}))) == "2026-11-09"
    assert responses_end(plan.model_copy(update={"launch": None})) is None
