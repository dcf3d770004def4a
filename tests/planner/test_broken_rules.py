"""Each rule of agreement, broken on purpose, is missed by the sequences of calls that find no fault in planner."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyFailure
from hypothesis.stateful import rule, run_state_machine_as_test

from services.planner import lifecycle, readiness
from services.planner.agreement import clashes, gates, gates_file, sign_off
from services.planner.assessment.questions import QUESTIONS
from services.planner.decisions import approve, draft
from services.planner.forecast.schedule.schedule import last_day
from services.planner.lifecycle import State, Step
from services.planner.plan.aspects import Aspect
from tests.planner.given.attempts import VARIANTS
from tests.planner.given.office import Office
from tests.planner.given.sequences import Sequences, lead
from tests.planner.given.sequences import gates as gates_of_all
from tests.support.inside import Corner

Break = Callable[[pytest.MonkeyPatch, Path], Any]


def blind_gate(patch: pytest.MonkeyPatch, folder: Path) -> Path:
    """The tone gate does not look at letters any more."""
    file = folder / "gates.yaml"
    file.write_text(gates_file.SHIPPED.read_text().replace("touched_by: [message, ", "touched_by: ["))
    return file


def last_gate_open(patch: pytest.MonkeyPatch, folder: Path) -> None:
    before = gates.gate_problems
    patch.setattr(readiness, "gate_problems", lambda found: before(found[:-1]))


def conditions_forgotten(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setattr(readiness, "condition_problems", lambda found: [])


def lines_change_nothing(patch: pytest.MonkeyPatch, folder: Path) -> None:
    before = sign_off.why_void
    patch.setattr(
        sign_off, "why_void", lambda told, current: before(told, current.model_copy(update={"lines_to_take": None}))
    )


def launch_told_to_nobody(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setattr(draft, "ASPECTS_TOLD", draft.ASPECTS_TOLD - {Aspect.LAUNCH})


def anybody_passes(patch: pytest.MonkeyPatch, folder: Path) -> None:
    before = gates.standings
    patch.setattr(approve, "_expect_somebody_else", lambda *of: None)

    def standings(*of: Any) -> Any:
        return tuple(
            each.model_copy(update={"why_open": None}) if each.why_open == "different-people" else each
            for each in before(*of)
        )

    patch.setattr(readiness, "standings", standings)


def approvals_for_ever(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setattr(approve, "expiry", lambda gate, at: at + timedelta(days=3_000))


def no_way_out_of_a_pause(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.delitem(lifecycle.TRANSITIONS, (State.PAUSED, Step.PASS_GATE))


def dates_without_bounds(patch: pytest.MonkeyPatch, folder: Path) -> None:
    def weeks(plan: Any) -> Any:
        return plan.launch and (plan.launch, plan.respond_by or last_day(plan) + clashes.ANSWERED_FOR)

    patch.setattr(clashes, "weeks", weeks)


OTHER_LETTER = next(each for each in VARIANTS if "Your letting income" in str(each))


class Focused(Sequences):
    """The same sequences, of campaigns that are agreed to, with fewer kinds of change: what is broken is met sooner."""


class OnConditions(Focused):
    """Sequences in which leads often pass their gates on a condition."""

    @rule(gate=gates_of_all)
    def pass_on_a_condition(self, gate: str) -> None:
        self.pass_gate(gate, lead(gate), ("Brief the helplines again",))


MOST_WAVES = 4
"""Waves that plans of these sequences have."""


class LongAgo(Focused):
    """Sequences in which a campaign is often paused for long after all have agreed to it, and then resumed."""

    @rule(days=st.sampled_from((30, 100, 185)))
    def pause_for_long(self, days: int) -> None:
        for question in QUESTIONS:
            self.answer(question, "So", 300, "designer")
        self.pass_open_gates(None)
        self.acknowledge_all(None)
        self.launch("designer")
        for _ in range(MOST_WAVES):
            self.wave(9_000)
        self.pause("designer")
        self.time_passes(days)
        self.resume("designer")


@dataclass(frozen=True)
class Focus:
    """Where sequences begin, which plans are sent in them, and how many calls they have at most."""

    beginnings: tuple[str, ...] = ("ready", "paused")
    variants: tuple[dict[str, Any], ...] = (VARIANTS[1], OTHER_LETTER)
    calls: int = 12
    sequences: type[Focused] = Focused


BROKEN: dict[Break, Focus] = {
    blind_gate: Focus(),
    last_gate_open: Focus(),
    conditions_forgotten: Focus(beginnings=("submitted",), sequences=OnConditions),
    lines_change_nothing: Focus(),
    launch_told_to_nobody: Focus(beginnings=("ready",), variants=(VARIANTS[1],), calls=6),
    anybody_passes: Focus(),
    approvals_for_ever: Focus(beginnings=("submitted",), sequences=LongAgo),
    no_way_out_of_a_pause: Focus(),
    dates_without_bounds: Focus(),
}


@pytest.mark.long
@pytest.mark.parametrize("broken", BROKEN, ids=lambda each: each.__name__)
def test_a_broken_rule_is_found(broken: Break, corner: Corner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other, focus = broken(monkeypatch, tmp_path), BROKEN[broken]
    sequences = focus.sequences
    sequences.beginnings, sequences.variants = focus.beginnings, focus.variants
    drawn = settings(
        max_examples=300,
        stateful_step_count=focus.calls,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        database=None,
        derandomize=True,  # what is found once is found each time
    )
    with Office.open(corner, **({"gates_file": other} if other else {})) as office:
        sequences.office = office
        with pytest.raises((AssertionError, FlakyFailure)):
            run_state_machine_as_test(sequences, settings=drawn)
