"""`otm forecast` on the file that the documentation shows, without a stack."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from deploy.local.cli import app

EXAMPLE = Path("docs/examples/forecast.yaml")


def otm(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["forecast", *arguments])


def test_the_documented_file_is_shown_with_bands_and_advisers() -> None:
    shown: Any = json.loads(otm("show", str(EXAMPLE), "--json").stdout)
    assert {day["team"] for day in shown["days"]} == {"customer-services", "debt-management"}
    for day in shown["days"]:
        assert day["low"] <= day["central"] <= day["high"]
        assert day["advisers"] * 10 >= day["hours"] - 0.1  # ten hours a day are open
    assert shown["unpromised"] == []
    assert sum(sum(week["contacts"].values()) for week in shown["debt"]) == pytest.approx(
        0.15 * shown["total"][1], rel=0.02
    )


def test_a_schedule_that_does_not_fit_says_what_would_and_exits_with_one() -> None:
    answer = otm("schedule", str(EXAMPLE), "--json")
    assert answer.exit_code == 1
    shortfall = json.loads(answer.stdout)["shortfall"]
    assert shortfall["fewer_letters"] > 0
    assert shortfall["contacts_a_day"]["customer-services"] > 0


def test_a_schedule_that_fits_lists_its_waves(tmp_path: Path) -> None:
    file = tmp_path / "fits.yaml"
    file.write_text(EXAMPLE.read_text().replace("scenario: high", "scenario: low"))
    answer = otm("schedule", str(file), "--json")
    assert answer.exit_code == 0, answer.output
    assert sum(wave["size"] for wave in json.loads(answer.stdout)["waves"]) == 48_000


def test_a_refit_says_what_later_waves_would_bring() -> None:
    refitted = json.loads(otm("refit", str(EXAMPLE), "--json").stdout)
    assert refitted["fit"]["rates"]["warm"]["contacts"] == 150
    assert [wave["on"] for wave in refitted["waves"]] == ["2027-01-18", "2027-01-25"]


def test_a_simulation_with_the_same_seed_is_the_same_and_with_twice_the_rate_has_more() -> None:
    once, again, twice = (
        json.loads(otm("simulate", str(EXAMPLE), "--truth", truth, "--seed", "3", "--json").stdout)
        for truth in ("1", "1", "2")
    )
    assert once == again
    assert sum(d["contacts"] for d in twice) > 1.7 * sum(d["contacts"] for d in once)


def test_two_files_are_compared_side_by_side(tmp_path: Path) -> None:
    other = tmp_path / "smaller.yaml"
    other.write_text(EXAMPLE.read_text().replace("size: 16000", "size: 8000"))
    compared = json.loads(otm("compare", str(EXAMPLE), str(other), "--json").stdout)
    assert compared["communications"] == ["48000", "24000"]
    assert int(compared["days over capacity"][0]) >= int(compared["days over capacity"][1])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("high: 0.085", "high: 1.2", "assumptions.arms.0.rate.high"),
        ("base_load: 150", "base_load: 500", "above-base-load"),
        ("share: 0.75", "share: 0.70", "whole"),
        ("customers: 60000", "customers: sixty", "assumptions.customers"),
        ("assumptions:", "[", "neither YAML nor JSON"),
    ],
)
def test_a_file_that_cannot_be_right_names_field_and_rule(tmp_path: Path, old: str, new: str, told: str) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(EXAMPLE.read_text().replace(old, new, 1))
    answer = otm("show", str(file))
    assert answer.exit_code != 0
    assert told.removeprefix("assumptions.") in answer.output.replace("\n", "")
