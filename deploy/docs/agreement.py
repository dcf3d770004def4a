"""The table of what each change asks again: every aspect of a campaign, by gate and by team."""

from collections.abc import Iterator

from services.planner.agreement.gates import Directorate
from services.planner.agreement.gates_file import load_gates
from services.planner.assessment.questions import QUESTIONS
from services.planner.decisions.draft import ASPECTS_TOLD
from services.planner.plan.aspects import Aspect

HEAD = """# What each change asks again

Written from [gates.yaml](../services/planner/agreement/gates.yaml) and the rules of planner by `make docs`: change
those, not this file. A test changes a campaign in every one of these ways and looks at every cell.

**x** in the column of a gate: the approval is void and the gate has to be passed again. **x** under *teams*: the
acknowledgement of every team that must know is void, and each is asked again by notice, link, API and command.
"""
TEAMS, VOID = "teams", "x"
LINES = "new lines to take"


def rows(directorate: Directorate) -> Iterator[tuple[str, frozenset[str]]]:
    """Yields each change and what it makes void: codes of gates, and `TEAMS`."""
    for aspect in Aspect:
        if aspect is not Aspect.ANSWERS:
            told = {TEAMS} if aspect in ASPECTS_TOLD else set()
            yield aspect.value, frozenset({g.code for g in directorate.gates if aspect in g.touched_by} | told)
    for question in QUESTIONS:
        yield f"answer: {question}", frozenset(g.code for g in directorate.gates if question in g.answers)
    yield LINES, frozenset({TEAMS})


def agreement() -> str:
    """The whole document, one table for each directorate."""
    parts = [HEAD]
    for name, directorate in load_gates().items():
        columns = [*(gate.code for gate in directorate.gates), TEAMS]
        parts.append(f"\n## {name}\n\n| change | {' | '.join(columns)} |\n|---|{':---:|' * len(columns)}\n")
        for change, void in rows(directorate):
            parts.append(f"| {change} | {' | '.join(VOID if column in void else ' ' for column in columns)} |\n")
    return "".join(parts)
