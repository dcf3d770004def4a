"""Careful people with no past in a campaign, who bring it to a launch from wherever others have left it."""

from typing import TYPE_CHECKING, Any

from deploy.local.demo import plan as demo
from tests.planner.given.attempts import FULLY_SCRIPTED
from tests.planner.given.office import FRESH, GATES_OF_ALL
from tests.planner.given.plans import plan

if TYPE_CHECKING:
    from tests.planner.given.sequences import Sequences

WRITER, EDITOR, PRESS, *OTHERS = FRESH
LEADS = dict(zip(GATES_OF_ALL, OTHERS, strict=False))
SPEAKERS = OTHERS[len(LEADS) :]
REASON = {"reason": "so that it can go on"}
Json = dict[str, Any]


OF_OTHERS = ("gates.", "conditions.", "assessment.", "stakeholders.", "lines_to_take", "clashes.")
"""Places of problems that are mended by other calls than a change of the plan."""


def bring_to_launch(tried: "Sequences") -> None:
    """Fails where a campaign that has not ended cannot be brought to a launch by doing what planner says is missing,
    and no more than that: what planner does not ask for again is what it believes to be agreed.
    """
    if tried.state == "live":
        tried.expect("designer", "POST", "/pause", REASON)
    _write(tried)
    if tried.state == "draft":
        tried.expect(WRITER, "POST", "/submission")
    _pass(tried)
    _speak(tried)
    tried.expect(WRITER, "POST", "/resumption" if tried.state == "paused" else "/launch", REASON)
    assert tried.state == "live"


def _write(tried: "Sequences") -> None:
    if tried.now["eligible"] is not None and tried.now["eligible"] < len(tried.now["plan"]["arms"]):
        tried.population(25_000)
    if any(_of_plan(problem) for problem in tried.read("/launch")["problems"]):
        _mend_plan(tried)
    _settle_clashes(tried)  # a decision is about the dates as they are
    missing = {problem["field"] for problem in tried.read("/launch")["problems"]}
    for field in missing:
        _, found, question = field.partition("assessment.")
        if found:
            _answer(tried, question)
    if any(field.startswith("lines_to_take") for field in missing):
        _word(tried)


def _speak(tried: "Sequences") -> None:
    for team in tried.read("/stakeholders")["teams"]:
        wanted = team["needed"] or team["team"] == "press-office"
        if wanted and not team["signed_off"]:
            speaker = PRESS if team["team"] == "press-office" else SPEAKERS[0]
            tried.expect(speaker, "POST", f"/stakeholders/{team['team']}/acknowledgement")


def _of_plan(problem: Json) -> bool:
    return problem["rule"] == "least-notice" or not problem["field"].startswith(OF_OTHERS)


def _settle_clashes(tried: "Sequences") -> None:
    for clash in tried.read("/clashes"):
        other = clash["clash"]["campaign"]
        decided = {"decision": "go-ahead", **REASON}
        if clash["clash"]["state"] != "draft":
            tried.call(WRITER, "POST", f"/clashes/{other}", decided)
            tried.other(WRITER, "POST", other, f"/clashes/{tried.reference}", decided)


def _mend_plan(tried: "Sequences") -> None:
    """Sends a good plan: with the arms that customers are in, the number of them, and new days."""
    now = tried.now["plan"]
    customers = tried.now["eligible"] or 25_000
    whole: Json = plan(customers=customers, regime=now["regime"])
    whole |= {name: now[name] for name in ("arms", "allocation_seed", "reference_kind", "corrects")}
    whole |= {"arms": now["arms"] or plan()["arms"], "short_notice": "So that it can go on"}
    whole["allocation_seed"] = now["allocation_seed"] if now["allocation_seed"] is not None else demo.SEED
    late = any(problem["rule"] == "late" for problem in tried.read("/launch")["problems"])
    whole |= tried.days_from_now(keep=now["launch"] if tried.state == "paused" and not late else None)
    whole["groups"] = [whole["groups"][0] | {"customers": customers, "could_grow_to": None}]
    if whole["arms"] != now["arms"] or tried.state == "draft" or whole != now:
        tried.expect(WRITER, "PUT", "/plan", {"plan": whole, **REASON})


def _answer(tried: "Sequences", question: str) -> None:
    customers, launch = tried.now["plan"]["customers"], tried.now["plan"]["launch"]
    figures = {"exchequer_cost": 1, "customers": customers, "cost_one_to_many": 1, "cost_one_to_one": 2}
    given = {"text": "As it is", "review_by": tried.day(200), "deadlines": [launch], **figures}
    tried.expect(WRITER, "PUT", f"/assessment/{question}", given)


def _word(tried: "Sequences") -> None:
    tried.expect(WRITER, "PUT", "/lines-to-take", FULLY_SCRIPTED)
    version = tried.now["proposed"]["version"]
    tried.expect(EDITOR, "POST", f"/lines-to-take/{version}/approval", REASON)


def _pass(tried: "Sequences") -> None:
    for problem in tried.read("/launch")["problems"]:
        kind, _, gate = problem["field"].partition(".")
        if kind == "gates":
            tried.expect(LEADS[gate], "POST", f"/gates/{gate}/approval", REASON)
        elif kind == "conditions":
            gate, _, number = gate.partition(".")
            tried.expect(LEADS[gate], "POST", f"/gates/{gate}/conditions/{number}", REASON)
