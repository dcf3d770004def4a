"""A step with an item of work: what was typed is read whole, or named with what is wrong."""

import pytest

from services.intake.disclosures import disclosure
from services.intake.referrals import referral
from services.intake.work.labels import DISCLOSURE_STEPS, REFERRAL_STEPS, pounds
from services.intake.work.typed import Wanted, open_steps, read_wanted

STEPS, TEAMS = ("accepted", "closed", "returned", "routed"), ("compliance",)


def read(**typed: str) -> tuple[Wanted | None, set[str]]:
    wanted, problems = read_wanted(lambda name: typed.get(name, ""), STEPS, TEAMS)
    return wanted, {problem.field for problem in problems}


def test_a_step_takes_only_what_belongs_to_it_and_a_note_goes_by_itself() -> None:
    everything = {"why": "dealt-with", "team": "compliance", "note": "Rang twice"}
    assert read(step="accepted", **everything) == (Wanted(step="accepted", note="Rang twice"), set())
    assert read(step="closed", why="dealt-with") == (Wanted(step="closed", why="dealt-with"), set())
    assert read(step="routed", team="compliance") == (Wanted(step="routed", team="compliance"), set())
    assert read(note="Rang twice") == (Wanted(note="Rang twice"), set())


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({}, {"step"}),
        ({"step": "burnt"}, {"step"}),
        ({"step": "closed"}, {"why"}),
        ({"step": "returned", "why": "bored"}, {"why"}),
        ({"step": "routed"}, {"team"}),
        ({"step": "routed", "team": "no-such-team"}, {"team"}),
        ({"step": "closed", "note": "x" * 4_001}, {"why", "note"}),
    ],
)
def test_what_is_missing_or_wrong_is_named_with_its_field(typed: dict[str, str], fields: set[str]) -> None:
    assert read(**typed) == (None, fields)


def test_only_steps_that_the_state_allows_are_offered() -> None:
    of_referrals = {state: set(open_steps(REFERRAL_STEPS, referral.BEFORE, state)) for state in referral.BEFORE}
    assert of_referrals == {
        "raised": {"accepted", "returned"},
        "accepted": {"closed", "returned"},
        "returned": set(),
        "closed": set(),
    }
    of_disclosures = {state: set(open_steps(DISCLOSURE_STEPS, disclosure.BEFORE, state)) for state in disclosure.BEFORE}
    assert of_disclosures == {
        "received": {"acknowledged"},
        "acknowledged": {"routed", "resolved"},
        "routed": {"routed", "resolved"},
        "resolved": set(),
    }


def test_pence_are_shown_as_pounds() -> None:
    assert pounds(1_234_567) == "£12,345.67"
