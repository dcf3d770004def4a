"""Every cell of the table of changes, gates and teams in docs/agreement.md is what planner does."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from deploy.docs.agreement import LINES, TEAMS, VOID
from services.planner.agreement.clashes import ClashDecision, clashes
from services.planner.assessment.questions import QUESTIONS
from services.planner.campaign import Campaign
from services.planner.decisions.approve import submit
from services.planner.decisions.brief import approve_lines, write_lines
from services.planner.decisions.draft import amend, answer
from services.planner.lifecycle import State
from services.planner.plan.aspects import Aspect
from services.planner.plan.plan import Plan
from services.planner.readiness import gate_standings, team_sign_offs
from tests.planner.agreement.test_changes import OF_EACH_FIELD, given
from tests.planner.given.memory import CLASHING
from tests.planner.given.plans import (
    AUTHOR,
    CIRCUMSTANCES,
    DESIGNED,
    RULES,
    WORDS,
    answered,
    by,
    draft,
    gated,
    plan,
    signed_off,
    worded,
)

DOCUMENT = Path(__file__).parents[3] / "docs" / "agreement.md"


DIRECTORATES = pytest.mark.parametrize("directorate", ["default", "large-business"])


def table(directorate: str) -> dict[str, dict[str, bool]]:
    """Returns the cells of the document, by change and by column."""
    part = DOCUMENT.read_text().split(f"## {directorate}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("|")]
    columns = rows[0][1:]
    return {row[0]: {c: cell == VOID for c, cell in zip(columns, row[1:], strict=True)} for row in rows[2:]}


def became_void(now: Campaign) -> dict[str, bool]:
    """Returns, by gate and for the teams, whether what stood before has to be given again."""
    gates = {s.gate.code: s.why_open is not None for s in gate_standings(now, CIRCUMSTANCES, DESIGNED)}
    knows = {team.signed_off for team in team_sign_offs(now, CIRCUMSTANCES) if team.acknowledged}
    assert len(knows) == 1, "all teams are told the same facts"
    return {**gates, TEAMS: knows == {False}}


@lru_cache
def as_draft(directorate: str) -> Campaign:
    """Returns a campaign that everybody agreed to, in a state in which any plan may be written."""
    whole = submit(worded(answered(draft(directorate=directorate))), by(AUTHOR), CIRCUMSTANCES)
    agreed = signed_off(gated(whole, *(gate.code for gate in RULES[directorate].gates)))
    assert not any(became_void(agreed).values())
    return agreed.model_copy(update={"state": State.DRAFT})


def changed(field: str, directorate: str) -> Campaign:
    other = Plan.model_validate(plan(**{"directorate": directorate, field: OF_EACH_FIELD[field]}))
    return amend(as_draft(directorate), other, by(AUTHOR), CIRCUMSTANCES)


@DIRECTORATES
@pytest.mark.parametrize("field", sorted(set(OF_EACH_FIELD) - {"directorate", "approach"}))
def test_a_changed_field_makes_void_what_the_rows_of_its_aspects_say(field: str, directorate: str) -> None:
    """`directorate` and `approach` change which gates there are, and are left to the tests of gates."""
    now, rows = changed(field, directorate), table(directorate)
    aspects = now.changes[0].detail["changed"]
    assert aspects
    assert became_void(now) == {column: any(rows[aspect][column] for aspect in aspects) for column in rows["title"]}


def test_every_aspect_of_a_plan_is_changed_by_some_field() -> None:
    touched = {aspect for field in OF_EACH_FIELD for aspect in changed(field, "default").changes[0].detail["changed"]}
    assert touched == set(Aspect) - {Aspect.ANSWERS, Aspect.CLASHES}


@DIRECTORATES
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_changed_answer_makes_void_what_its_row_says(question: str, directorate: str) -> None:
    now = answer(as_draft(directorate), question, given(question), by(AUTHOR), CIRCUMSTANCES)
    assert became_void(now) == table(directorate)[f"answer: {question}"]


@DIRECTORATES
def test_a_decision_about_a_clash_makes_void_what_its_row_says(directorate: str) -> None:
    (clash,) = clashes("OTM-26-0042", as_draft(directorate).plan, [CLASHING])
    decided = ClashDecision(decision="go-ahead", reason="Agreed", by=AUTHOR, at=DESIGNED, clash=clash)
    now = as_draft(directorate).model_copy(update={"clash_decisions": {CLASHING.reference: decided}})
    assert became_void(now) == table(directorate)["clashes"]


@DIRECTORATES
def test_new_lines_to_take_make_void_what_their_row_says(directorate: str) -> None:
    written: Any = write_lines(as_draft(directorate), WORDS, by(AUTHOR))
    now = approve_lines(written, written.proposed.version, by("lines-editor"))
    assert became_void(now) == table(directorate)[LINES]


def test_the_rows_are_all_that_can_be_changed() -> None:
    aspects = {aspect.value for aspect in Aspect} - {"answers"}
    for directorate in RULES:
        assert set(table(directorate)) == aspects | {f"answer: {question}" for question in QUESTIONS} | {LINES}
