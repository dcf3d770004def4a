"""The table of faults counts what was lost and doubled, over all runs that were kept."""

import json
from collections import Counter
from pathlib import Path

from tests.chaos.report import Report
from tests.chaos.tally import Tally
from tests.chaos.trial import Trial

EXPECTED = Tally(Counter({"letters": 32, "mails": 20}))


def test_what_is_missing_is_lost_and_what_is_too_much_is_doubled() -> None:
    found = Tally(Counter({"letters": 31, "mails": 21, "letters printed again": 2}))
    assert found.lost(EXPECTED) == {"letters": 1}
    assert found.doubled(EXPECTED) == {"mails": 1, "letters printed again": 2}


def test_a_table_counts_what_earlier_runs_have_tried(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    earlier = Report(1, kept)
    earlier.add(Trial("a flood", seconds=3))
    earlier.add(Trial("a flood", lost=Counter(letters=2), doubled=Counter(mails=1), mails_again=1, seconds=5))
    assert not earlier.held
    later = Report(2, kept)
    later.add(Trial("a frost", seconds=1))
    later.add(Trial("a flood", stuck="waited 180 s for wave 1"))
    assert later.table().splitlines()[2:] == [
        "| a flood | 3 | 1 | 2 | 1 | 1 | 4.0 s | 5.0 s |",
        "| a frost | 1 | 0 | 0 | 0 | 0 | 1.0 s | 1.0 s |",
    ]
    assert list(later.remarks())[:3] == [
        "a flood: lost {'letters': 2}, doubled {'mails': 1}",
        "a flood: waited 180 s for wave 1",
        "2 of 4 campaigns ended as if nothing had happened",
    ]
    assert json.loads(later.json())["faults"][0]["stuck"] == 1
