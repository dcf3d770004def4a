"""Whatever people try, in whatever order, a campaign only ever goes the ways that it may go."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.planner.api import DECISIONS
from services.planner.campaign import Campaign, approve, decide, launch, submit
from services.planner.lifecycle import State, Step
from shared.errors import Conflict, Forbidden, Invalid, OtmError
from tests.planner.plans import AUTHOR, DESIGNED, draft

LIVES = re.compile(r"(Sb)*(S(j|a(t|l(pr)*(t|c|pt?)?)?)?)?")
"""Every life that a campaign can have so far, a letter for each step."""
LETTERS = {Step.SUBMIT: "S", Step.SEND_BACK: "b", Step.REJECT: "j", Step.APPROVE: "a", Step.LAUNCH: "l",
           Step.PAUSE: "p", Step.RESUME: "r", Step.STOP: "t", Step.COMPLETE: "c"}  # fmt: skip
ENDS = {"": State.DRAFT, "S": State.SUBMITTED, "b": State.DRAFT, "j": State.REJECTED, "a": State.APPROVED,
        "l": State.LIVE, "p": State.PAUSED, "r": State.LIVE, "t": State.STOPPED, "c": State.COMPLETED}  # fmt: skip
PEOPLE = (AUTHOR, "approver", "deputy")

Attempt = Callable[[Campaign], Campaign]


def step(letter: str, by: str, reason: str = "as agreed") -> Attempt:
    """What somebody tries to do, by the function that is there for it."""
    if letter == "S":
        return lambda campaign: submit(campaign, by, DESIGNED)
    if letter == "a":
        return lambda campaign: approve(campaign, by, DESIGNED, reason)
    if letter == "l":
        return lambda campaign: launch(campaign, DESIGNED)
    wanted = next(step for step, name in LETTERS.items() if name == letter)
    return lambda campaign: decide(campaign, wanted, by, DESIGNED, reason)


def life_of(campaign: Campaign) -> str:
    return "".join(LETTERS[decision.step] for decision in campaign.history)


attempts = st.tuples(st.sampled_from("SSbjaaallprtc"), st.sampled_from(PEOPLE), st.sampled_from(("", " ", "so", "so")))


@settings(max_examples=300)
@given(st.lists(attempts, min_size=15, max_size=40))
def test_no_sequence_of_attempts_leads_off_the_ways(tried: list[tuple[str, str, str]]) -> None:
    campaign = draft()
    for attempt in tried:
        before = campaign
        try:
            campaign = step(*attempt)(before)
        except OtmError as error:
            refused = error
            assert isinstance(refused, Conflict | Forbidden | Invalid)
            continue
        life = life_of(campaign)
        assert LIVES.fullmatch(life)
        assert campaign.state is ENDS[life[-1:]]
        assert campaign.version == 1 + len(campaign.history)
        assert campaign.history[: len(before.history)] == before.history
        assert campaign.plan == before.plan
        writers = {AUTHOR} | {d.by for d in campaign.history if d.step is Step.SUBMIT}
        assert not writers & {d.by for d in campaign.history if d.step is Step.APPROVE}
        needs_reason = [d for d in campaign.history if d.step in DECISIONS.values()]
        assert all(d.reason.strip() for d in needs_reason)


@pytest.mark.parametrize("life", ["Sb", "SbSj", "Sat", "Sal", "Salt", "Salc", "Salp", "Salpt", "Salprprc", "SbSbSalpr"])
def test_every_way_can_be_gone(life: str) -> None:
    campaign = draft()
    for letter in life:
        campaign = step(letter, AUTHOR if letter == "S" else "approver")(campaign)
    assert life_of(campaign) == life
    assert campaign.state is ENDS[life[-1]]


def test_nobody_can_approve_by_way_of_another_decision() -> None:
    assert not {Step.APPROVE, Step.LAUNCH, Step.SUBMIT, Step.REVISE} & set(DECISIONS.values())


@pytest.mark.parametrize("hand", [AUTHOR, "deputy"])
def test_neither_the_author_nor_whoever_submitted_it_approves_a_campaign(hand: str) -> None:
    submitted = submit(draft(), "deputy", DESIGNED)
    with pytest.raises(Forbidden):
        approve(submitted, hand, DESIGNED, "fine")
    again = submit(decide(submitted, Step.SEND_BACK, "approver", DESIGNED, "mend it"), AUTHOR, DESIGNED)
    with pytest.raises(Forbidden):  # an earlier hand in it is a hand in it
        approve(again, hand, DESIGNED, "fine")
    assert approve(again, "approver", DESIGNED, "fine").state is State.APPROVED


def test_a_campaign_is_not_submitted_after_its_launch_or_without_lines_to_take() -> None:
    past_midnight_in_london = datetime(2026, 9, 7, 23, 30, tzinfo=UTC)
    with pytest.raises(Invalid) as refused:
        submit(draft(lines_to_take=[]), AUTHOR, past_midnight_in_london)
    assert {(p.field, p.rule) for p in refused.value.problems} == {
        ("launch", "not-past"),
        ("lines_to_take", "required"),
    }
    assert draft().plan.launch == date(2026, 9, 7)
    assert submit(draft(), AUTHOR, datetime(2026, 9, 7, 22, 30, tzinfo=UTC)).state is State.SUBMITTED


def test_a_refused_step_says_what_can_be_done_instead() -> None:
    submitted = submit(draft(), AUTHOR, DESIGNED)
    with pytest.raises(Conflict, match="a campaign that is submitted cannot pause; it can send-back, approve, reject"):
        decide(submitted, Step.PAUSE, "approver", DESIGNED, "why not")


@pytest.mark.parametrize("life", ["Sal", "Salp", "Salt", "Salc"])
def test_a_wave_that_starts_later_changes_nothing(life: str) -> None:
    campaign = draft()
    for letter in life:
        campaign = step(letter, AUTHOR if letter == "S" else "approver")(campaign)
    assert launch(campaign, DESIGNED) is campaign
