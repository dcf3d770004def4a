"""The form of a team's capacity: what was typed is read whole, or named with what is wrong."""

from datetime import date, time

import pytest

from services.planner.capacity.typed import as_typed, changed_facts, read_capacity, teams_spoken_for
from services.planner.forecast.helplines.capacity import CapacityException, TeamCapacity

TYPED = {
    "contacts": "1,480",
    "base_load": "120",
    "handling": "13:48",
    "opens": "8:00",
    "closes": "18:30",
    "patience": "",
    "days": "2026-12-24: 200\n\n 2026-12-28 0 ",
    "reason": "The rota",
}
READ = TeamCapacity(
    team="customer-services",
    contacts=1_480,
    base_load=120,
    closes=time(18, 30),
    exceptions=(
        CapacityException(on=date(2026, 12, 24), contacts=200),
        CapacityException(on=date(2026, 12, 28), contacts=0),
    ),
)


def read(**typed: str) -> tuple[TeamCapacity | None, set[str]]:
    capacity, problems = read_capacity("customer-services", lambda name: (TYPED | typed).get(name, ""))
    return capacity, {problem.field for problem in problems}


def test_what_is_typed_is_read_and_shown_again_as_it_is_kept() -> None:
    assert read() == (READ, set())
    shown = {name: value for name, (value,) in as_typed(READ).items()}
    assert read(**shown) == (READ, set())


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("contacts", ["", "many", "-1", "4.5", "99999999999999", "٤"]),
        ("base_load", ["1481"]),
        ("handling", ["", "13", "13:60", "0:00", "9999:00"]),
        ("opens", ["", "8", "25:00", "8 am"]),
        ("closes", ["07:00", "18:60"]),
        ("patience", ["0", "soon", "86401", "-5"]),
        ("days", ["2026-12-24", "24/12/2026: 5", "2026-02-30: 5", "2226-12-24: 5", "2026-12-24: 1\n2026-12-24: 2"]),
        ("days", ["\n".join(["2026-12-24: 1"] * 401), "2026-12-24: -3"]),
        ("reason", ["", "x" * 4_001]),
    ],
)
def test_what_cannot_be_right_is_named_with_its_field(field: str, typed: list[str]) -> None:
    for each in typed:
        assert read(**{field: each}) == (None, {field}), each


def test_only_what_differs_is_shown_side_by_side() -> None:
    (fact,) = changed_facts(READ, READ.model_copy(update={"contacts": 900}))
    assert (fact.seen, fact.now) == ("1480", "900")
    assert len(changed_facts(None, READ)) == 6


def test_people_speak_for_the_teams_of_their_scopes() -> None:
    assert teams_spoken_for(["teams:b", "capacity:write"], ["a"]) == ["b"]
    assert teams_spoken_for(["teams:all"], ["a"]) == ["a"]
