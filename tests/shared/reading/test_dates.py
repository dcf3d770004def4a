"""Days as people write them: one way, within bounds, and refused in words."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from shared.errors import Invalid
from shared.reading.dates import Day, expect_between
from shared.refusals import in_one_line

TODAY = date(2026, 11, 29)


class Form(BaseModel):
    on: Day


@pytest.mark.parametrize("written", ["2026-09-10", " 2026-09-10\u00a0", "2026\u201309\u201310", date(2026, 9, 10)])
def test_a_day_is_read_as_it_is_written(written: Any) -> None:
    assert Form(on=written).on == date(2026, 9, 10)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        *[(value, "on: write it as 2026-09-10") for value in (
            86_400, 0, 1.5, True, None, "1789084800", "10/09/2026", "2026-9-1", "20260910", "2026-W37-4", "",
            "2026-09-10T00:00:00Z", datetime(2026, 9, 10, tzinfo=UTC), "\u0662\u0660\u0662\u0666-09-10",
        )],
        ("2026-02-30", "on: there is no such day: write it as 2026-09-10"),
        *[(value, "on: check the year: it is between 1900 and 2199") for value in ("0001-01-01", "9999-12-31")],
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_words_that_say_what_to_write(written: Any, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Form(on=written)
    assert in_one_line(refused.value) == words


@pytest.mark.parametrize(("day", "ahead"), [(date(2024, 11, 28), "ago"), (date(2027, 11, 29), "ahead")])
def test_a_day_outside_the_bounds_of_its_use_is_refused_by_its_year(day: date, ahead: str) -> None:
    with pytest.raises(Invalid, match=f"{ahead}: check the year"):
        expect_between("on", day, TODAY, timedelta(days=731 - 1), timedelta(days=31))
    expect_between("on", TODAY, TODAY, timedelta(0), timedelta(0))
