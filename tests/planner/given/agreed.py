"""Memory of agreements and of knowledge, by the JSON that people have read and by docs/agreement.md alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[3] / "docs" / "agreement.md"
TEAMS, VOID = "teams", "x"
TOLERANCE = {"default": 0.1, "large-business": 0.05}
VALID_DAYS = {("large-business", "customer-managers"): 90, ("large-business", "senior-agreement"): 90}
VALID_DAYS_ELSE = 180
NUMBERS = {"size", "groups", "contacts"}
"""The rows of the document that are numbers: a gate is asked again once they are further apart than the tolerance."""
Json = dict[str, Any]


@cache
def table(directorate: str) -> dict[str, set[str]]:
    """Returns the rows that each column of the document has a cross in, by column in order."""
    part = DOCUMENT.read_text().split(f"## {directorate}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("|")]
    return {column: {row[0] for row in rows[2:] if row[place] == VOID} for place, column in enumerate(rows[0]) if place}


def _of(*names: str) -> Callable[[Json], Any]:
    return lambda plan: [plan[name] for name in names]


def _of_arms(*names: str) -> Callable[[Json], Any]:
    return lambda plan: [[arm["code"], *(arm[name] for name in names)] for arm in plan["arms"]]


def _customers(plan: Json) -> dict[str, float]:
    return {"customers": plan["customers"]}


def _groups(plan: Json) -> dict[str, float]:
    sizes = {group["code"]: group["customers"] for group in plan["groups"]}
    return sizes | {f"{group['code']} later": group["could_grow_to"] or group["customers"] for group in plan["groups"]}


def _contacts(plan: Json) -> dict[str, float]:
    whole = sum(arm["share"] for arm in plan["arms"])
    written_to = sum(arm["share"] for arm in plan["arms"] if not arm["control"])
    return {"contacts": plan["customers"] * written_to / whole * plan["contact_rate"]["central"]}


ROWS: dict[str, Callable[[Json], Any]] = {
    "purpose": lambda p: [
        _of("regime", "purpose", "aim", "risk", "directorate", "campaign_type", "stream", "terms_of_reference")(p),
        [(group["code"], group["description"]) for group in p["groups"]],
    ],
    "launch": _of("launch", "daily_limit", "schedule"),
    "size": _customers,
    "channel": _of_arms("channel"),
    "message": lambda p: [_of("action", "respond_by", "corrects")(p), _of_arms("letters")(p)],
    "trial": lambda p: [
        _of("approach", "hypothesis", "evaluation", "allocation_seed", "reference_kind", "analysis")(p),
        _of_arms("control", "share", "cost_pence")(p),
    ],
    "responses": _of("responses", "contact_rate", "stakeholders", "contact_assumptions", "corrects"),
    "title": _of("title"),
    "groups": _groups,
    "contacts": _contacts,
    "method": _of("method", "small_test", "sent_through", "earlier_campaigns"),
    "resource": _of("resource"),
    "milestones": _of("milestones"),
    "briefings": _of("press_office_briefed", "communications_briefed", "short_notice"),
}
"""The rows of the document that are about the plan, as the parts of its JSON."""


@dataclass(frozen=True)
class Passed:
    """A gate that somebody passed, and what they saw."""

    by: str
    at: datetime
    plan: Json
    answers: Json
    clashes: Json
    conditions: int


@dataclass(frozen=True)
class Knows:
    """A team, and what it was told when a person of it said that they know: the plan and the version of the words."""

    by: str
    plan: Json
    lines: int | None


@dataclass
class Agreed:
    """One campaign as its people would tell it."""

    wrote: set[str] = field(default_factory=set)
    plans: dict[int, Json] = field(default_factory=dict)
    passed: dict[str, Passed] = field(default_factory=dict)
    met: dict[str, dict[int, str]] = field(default_factory=dict)
    knows: dict[str, list[Knows]] = field(default_factory=dict)
    told_by_notice: list[Json] = field(default_factory=list)
    """The plans that the press office had a notice of."""
    answers: Json = field(default_factory=dict)
    clashes: Json = field(default_factory=dict)

    def remember(self, person: str, path: str, body: Any, before: Json, now: Json, at: datetime) -> None:
        """Remembers what a person did by a call that was taken."""
        kind, _, rest = path.strip("/").partition("/")
        about, _, what = rest.partition("/")
        wrote = now["plan_version"] != before["plan_version"]
        match kind, what:
            case "gates", "approval":
                self.pass_(about, person, at, now["plan"], len(body.get("conditions", ())))
            case "gates", "return":
                self.passed.pop(about, None)
            case "gates", _:
                self.met[about][int(what.rpartition("/")[2])] = person
            case "stakeholders", _:
                self.say_known(about, person, now["plan_version"], _lines(now))
            case "assessment", _:
                self.answers[about], wrote = now["answers"][about]["given"], True
            case "clashes", _:
                decided = now["clash_decisions"][about]
                clash = decided["clash"]
                self.clashes[about] = [decided["decision"], clash["groups"], clash["begins"], clash["ends"]]
                wrote = True
            case "submission", _:
                wrote = True
        self.wrote |= {person} if wrote else set()

    def pass_(self, gate: str, by: str, at: datetime, plan: Json, conditions: int) -> None:
        self.passed[gate] = Passed(by, at, plan, dict(self.answers), dict(self.clashes), conditions)
        self.met[gate] = {}

    def say_known(self, team: str, by: str, plan_version: int, lines: int | None) -> None:
        self.knows.setdefault(team, []).append(Knows(by, self.plans[plan_version], lines))

    def expect_earned(self, campaign: Json, at: datetime) -> None:
        """Fails unless everybody who must agree to or know the campaign does, in its present form."""
        plan, directorate = campaign["plan"], campaign["plan"]["directorate"]
        gates = [gate for gate in table(directorate) if gate != TEAMS]
        if plan["approach"] != "trial":
            gates.remove("analyst-sign-off")
        for gate in gates:
            self._expect_passed(gate, plan, directorate, at)
        people = [self.passed[gate].by for gate in gates]
        assert len(set(people)) == len(people), f"one person passed two gates: {people}"
        for team in _teams(plan):
            self._expect_knows(team, campaign)
        told = [*self.told_by_notice, *(each.plan for each in self.knows.get("press-office", []))]
        assert any(_same(TEAMS, before, plan, directorate, 0) for before in told), "the press office was told otherwise"
        stale = [code for code, given in self.answers.items() if date.fromisoformat(given["review_by"]) < at.date()]
        assert not stale, f"answers are stale: {stale}"

    def _expect_passed(self, gate: str, plan: Json, directorate: str, at: datetime) -> None:
        assert gate in self.passed, f"{gate} was never passed"
        passed = self.passed[gate]
        days = VALID_DAYS.get((directorate, gate), VALID_DAYS_ELSE)
        assert at < passed.at + timedelta(days=days), f"{gate} has expired"
        assert passed.by not in self.wrote, f"{gate} was passed by {passed.by}, who had a hand in it"
        assert _same(gate, passed.plan, plan, directorate, TOLERANCE[directorate]), f"{gate} was passed for other words"
        for row in table(directorate)[gate]:
            question = row.removeprefix("answer: ")
            if question != row:
                assert _said(passed.answers[question]) == _said(self.answers[question]), f"{gate}: {row}"
        if "clashes" in table(directorate)[gate]:
            assert passed.clashes == self.clashes, f"{gate} did not see what was decided about a clash"
        unmet = [number for number in range(1, passed.conditions + 1) if number not in self.met[gate]]
        assert not unmet, f"conditions of {gate} are not met"
        assert not self.wrote & set(self.met[gate].values()), f"conditions of {gate} were met by a writer's own word"

    def _expect_knows(self, team: str, campaign: Json) -> None:
        plan, lines = campaign["plan"], campaign["published"]["version"]
        heard = [each for each in self.knows.get(team, ()) if each.by not in self.wrote]
        assert heard, f"{team} never said that it knows"
        same = [each for each in heard if _same(TEAMS, each.plan, plan, plan["directorate"], 0)]
        assert same, f"{team} knows another plan"
        assert any((each.lines or 0) >= lines for each in same), f"{team} does not know lines {lines}"


def _lines(campaign: Json) -> int | None:
    return campaign["published"]["version"] if campaign["published"] else None


def _teams(plan: Json) -> list[str]:
    responses = plan["responses"]
    owing = ["debt-management"] if responses["liability_expected"] else []
    issuer = ["letter-issuer"] if responses["letter_issuer"]["takes_calls"] else []
    return ["customer-services", *owing, *issuer]


def _same(column: str, before: Json, now: Json, directorate: str, tolerance: float) -> bool:
    rows = table(directorate)[column] & set(ROWS)
    return all(_as_before(row, ROWS[row](before), ROWS[row](now), tolerance) for row in rows)


def _as_before(row: str, before: Any, now: Any, tolerance: float) -> bool:
    if row not in NUMBERS:
        return bool(before == now)
    slack = 0.51 if row == "contacts" and tolerance else 0  # contacts are whole
    return all(
        abs(now.get(name, 0) - before.get(name, 0)) <= tolerance * before.get(name, 0) + slack
        for name in {*before, *now}
    )


def _said(answer: Json) -> Json:
    """An answer without the day of its next review and its evidence, which change nothing of what it says."""
    return {name: value for name, value in answer.items() if name not in ("review_by", "evidence")}
