import io

import pytest
from rich.console import Console

from deploy.local.terminal.tables import local_time, table


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-01-05T10:00:00Z", "5 Jan 2026, 10:00 GMT"),
        ("2026-07-05T10:00:00.123456+00:00", "5 Jul 2026, 11:00 BST"),
        ("2026-07-05", "5 Jul 2026"),
        ("2026-07-05T10:00:00", "2026-07-05T10:00:00"),
        ("OTM-26-0001", "OTM-26-0001"),
    ],
)
def test_a_time_is_shown_as_local_time_with_its_zone(text: str, read: str) -> None:
    assert local_time(text) == read


def test_a_table_keeps_within_eighty_columns_and_loses_no_word() -> None:
    out = io.StringIO()
    long = "a reason that somebody gave at length, so that it takes more than one line of the table to show it all"
    rows = [("OTM-26-0001", "2026-01-05T10:00:00Z", 12_345, True, None, long, "[brackets] stay")]
    columns = ("campaign", "when", "number", "needed", "nothing", "why", "further")
    Console(file=out, width=80).print(table(columns, rows))
    text = out.getvalue()
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "12,345" in text
    assert set(long.split()) <= set(text.split())
