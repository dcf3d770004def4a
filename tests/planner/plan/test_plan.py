"""A plan hangs together, or says which field breaks which rule."""

from datetime import date
from typing import Any

import pytest

from services.planner.plan.plan import Plan
from services.planner.plan.trial import treated_share
from services.planner.plan.wave_size import WaveSize, with_room
from tests.planner.given.plans import plan, problems


def arms() -> list[dict[str, Any]]:
    """Returns a control, and two arms with an English and a Welsh letter each."""
    found: list[dict[str, Any]] = plan()["arms"]
    return found


def with_arm(number: int, **changes: Any) -> list[dict[str, Any]]:
    return [arm | changes if index == number else arm for index, arm in enumerate(arms())]


def with_letter(**changes: Any) -> list[dict[str, Any]]:
    """Returns the arms with the Welsh letter of the second arm changed."""
    english, welsh = arms()[1]["letters"]
    return with_arm(1, letters=[english, welsh | changes])


ENGLISH = arms()[1]["letters"][0]
AGENTS: dict[str, str] = ENGLISH["agent"]


def test_a_plan_that_hangs_together_has_no_problems() -> None:
    assert problems() == set()
    assert problems(arms=with_arm(2, channel="email", letters=[ENGLISH | {"agent": None}])) == set()
    assert problems(arms=with_arm(2, channel="third-party")) == set()
    assert problems(respond_by=None, arms=arms()[1:]) == set()
    assert problems(arms=with_arm(2, letters=arms()[2]["letters"][:1])) == set()


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({"respond_by": "2026-09-07"}, ("respond_by", "after-launch")),
        ({"launch": "2026-09-06"}, ("launch", "working-day")),
        ({"launch": "2026-08-31"}, ("launch", "working-day")),
        ({"contact_rate": {"low": 0.2, "central": 0.1, "high": 0.3}}, ("contact_rate", "ordered")),
        ({"contact_rate": {"low": 0.1, "central": 0.3, "high": 0.2}}, ("contact_rate", "ordered")),
        (
            {"responses": plan()["responses"] | {"helplines": [{"code": "one", "percent": 99}]}},
            ("responses.helplines", "whole"),
        ),
        ({"stakeholders": ["press-office", "press-office"]}, ("stakeholders", "unique")),
        ({"arms": [*arms(), arms()[1]]}, ("arms", "unique-codes")),
        ({"arms": arms()[:1]}, ("arms", "treatment")),
        ({"arms": with_arm(0, letters=arms()[1]["letters"])}, ("arms.0", "control-untouched")),
        ({"arms": with_arm(0, channel="print")}, ("arms.0", "control-untouched")),
        ({"arms": with_arm(1, channel=None)}, ("arms.1.channel", "required")),
        ({"arms": with_arm(1, letters=[])}, ("arms.1.letters", "one-for-each-language")),
        ({"arms": with_arm(2, letters=arms()[2]["letters"][1:])}, ("arms.2.letters", "one-for-each-language")),
        ({"arms": with_letter(language="en")}, ("arms.1.letters", "one-for-each-language")),
        ({"arms": with_letter(body="Annwyl {{ nmae }}")}, ("arms.1.letters.1", "unknown-field")),
        ({"arms": with_letter(body="Annwyl {{ name")}, ("arms.1.letters.1", "unknown-field")),
        ({"arms": with_letter(subject="I {{ amount }}")}, ("arms.1.letters.1", "unknown-field")),
        ({"arms": with_letter(agent=AGENTS | {"body": "{{ name"})}, ("arms.1.letters.1.agent", "unknown-field")),
        ({"arms": with_letter(agent=None)}, ("arms.1.letters", "agent-in-each-language")),
        ({"arms": with_arm(2, channel="email", letters=[ENGLISH])}, ("arms.2.letters.0.agent", "no-agent-copies")),
    ],
)
def test_a_contradiction_is_named_by_field_and_rule(changes: dict[str, Any], broken: tuple[str, str]) -> None:
    assert problems(**changes) == {broken}


def test_all_contradictions_are_named_at_once() -> None:
    found = problems(launch="2026-09-06", respond_by="2026-09-01", arms=arms()[:1])
    assert found == {("launch", "working-day"), ("respond_by", "after-launch"), ("arms", "treatment")}


@pytest.mark.parametrize(
    ("shares", "treated"), [((1, 2, 2), 4 / 5), ((5, 1, 1), 2 / 7), ((10_000_000, 1, 1), 2 / 10_000_002)]
)
def test_the_treated_share_is_all_but_the_controls(shares: tuple[int, ...], treated: float) -> None:
    shared = [arm | {"share": share} for arm, share in zip(arms(), shares, strict=True)]
    assert treated_share(Plan.model_validate(plan(arms=shared)).arms) == pytest.approx(treated)


@pytest.mark.parametrize(
    ("communications", "sizes"), [(1_500, [1_000, 500]), (1_700, [1_000, 700]), (3_100, [1_000, 1_000, 1_000, 100])]
)
def test_a_schedule_for_a_smaller_population_gets_room_for_all_whom_the_plan_names(
    communications: int, sizes: list[int]
) -> None:
    waves = [WaveSize(on=date(2026, 9, 10), size=1_000), WaveSize(on=date(2026, 9, 11), size=500)]
    found = with_room(waves, communications, daily_limit=1_000)
    assert [wave.size for wave in found] == sizes
    assert [wave.on for wave in found] == [date(2026, 9, day) for day in (10, 11, 14, 15)][: len(sizes)]
