"""Results of a campaign's trial over HTTP: early looks are noted, results published, and the close asks what now."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.planner.evaluation.analysis import evaluate
from services.planner.evaluation.files.archive import unpack
from services.planner.evaluation.files.export import imported
from services.planner.progress.ports import ProgressRepository
from shared.clock import ShiftedClock
from shared.contracts import CampaignApproved, DispatchCompleted, EvaluationPublished
from tests.planner.evaluation.test_sealed_at_approval import ANALYSIS
from tests.planner.given.hearing import handlers
from tests.planner.given.people import REASON, People
from tests.planner.given.plans import DESIGNED, LAUNCH
from tests.planner.given.problems import broken
from tests.planner.given.trial_units import TrialEvents, tell
from tests.support.inside import Inside
from tests.support.samples import sample

ARMS = ("control", "plain", "plain", "social-norm", "social-norm")
ACTING = {"control": 0.05, "plain": 0.08, "social-norm": 0.11}
EARLY = datetime(2026, 9, 20, 9, tzinfo=UTC)
LATE = datetime(2026, 11, 2, 9, tzinfo=UTC)
CUSTOMERS = 4_000


@pytest.fixture
async def trial(planner: Inside, people: People) -> People:
    """A campaign that is live and has written to everybody; it is early in the time that customers have."""
    await people.draft(analysis=ANALYSIS)
    await people.answer()
    await people.word()
    await people.submit()
    await people.pass_gates()
    await people.sign_off()
    await people.done("designer", "POST", "/launch", REASON)
    await say_all(planner, ARMS)
    at(planner, EARLY)
    return people


async def say_all(planner: Inside, arms: tuple[str, ...]) -> None:
    events = TrialEvents("OTM-26-0001", arms, ACTING, CUSTOMERS)
    await tell(handlers(planner), [*events.allocated(), *events.settled(LAUNCH), *events.acted(LAUNCH, "disclosed")])


def at(planner: Inside, instant: datetime) -> None:
    clock = planner.service.settings.clock_file
    assert clock is not None
    ShiftedClock(clock).shift_to(instant)


async def ask(people: People, path: str, subject: str = "analyst", **body: Any) -> Any:
    return await (await people.by(subject)).post(f"{people.campaign}/trial/{path}", json=body)


async def published(planner: Inside) -> list[EvaluationPublished]:
    said = [event for event in await planner.said() if event.type == EvaluationPublished.event_type]
    return [EvaluationPublished.model_validate_json(event.body) for event in said]


async def test_a_built_in_effect_is_found_and_an_export_gives_the_same_numbers_elsewhere(
    planner: Inside, trial: People
) -> None:
    at(planner, LATE)
    found = (await ask(trial, "analysis")).json()
    assert found["stands"], found["result"]["checks"]
    assert not found["result"]["peek"]
    effects = {e["arm"]: e for e in found["result"]["effects"] if e["role"] == "primary"}
    assert effects["social-norm"]["shown"]
    assert effects["social-norm"]["low"] < 0.06 < effects["social-norm"]["high"]
    packed = await ask(trial, "export")
    assert packed.headers["Content-Type"] == "application/zip"
    read, look, before = imported(packed.content)
    assert evaluate(read, look) == before
    assert before.model_dump(mode="json") == found["result"]
    status = await trial.read("/trial")
    assert status["sealed"]
    assert (status["data"]["allocated"], status["data"]["dealt_with"]) == (CUSTOMERS, CUSTOMERS)
    assert status["data"]["complete_on"] == (LAUNCH + timedelta(days=30)).isoformat()
    assert status["record"]["peeks"] == []


async def test_an_early_look_is_noted_with_who_took_it_and_stands_in_every_later_report(
    planner: Inside, trial: People
) -> None:
    early = (await ask(trial, "analysis")).json()["result"]
    assert early["peek"]
    assert "nothing to conclude" in early["conclusion"][0]
    at(planner, EARLY + timedelta(days=1))
    await ask(trial, "export")
    at(planner, LATE)
    later = (await ask(trial, "analysis")).json()["result"]
    [noted] = [check for check in later["checks"] if check["code"] == "looked-at-early"]
    assert "2 times" in noted["says"]
    assert "analyst on 2026-09-20 09:00 UTC; analyst on 2026-09-21 09:00 UTC" in noted["says"]
    report = unpack((await ask(trial, "export")).content)["report.html"].decode()
    assert "Looked at early by analyst on 2026-09-20 09:00 UTC, with data as of 2026-09-20." in report
    assert [peek["by"] for peek in (await trial.read("/trial"))["record"]["peeks"]] == ["analyst"] * 2


async def test_results_are_published_once_everybody_has_reached_the_horizon_and_not_before(
    planner: Inside, trial: People
) -> None:
    early = await ask(trial, "publication")
    assert (early.status_code, broken(early)) == (409, {("look", "horizon")})
    assert await published(planner) == []
    at(planner, LATE)
    analyst = await trial.by("analyst")
    for _ in range(2):
        done = await analyst.post(
            f"{trial.campaign}/trial/publication", json={}, headers={"Idempotency-Key": "publish-1"}
        )
        assert done.status_code == 201, done.text
    [said] = await published(planner)
    assert (said.author, said.published_by, said.stands, said.new_plan) == ("designer", "analyst", True, False)
    assert said.conclusion == tuple(done.json()["result"]["conclusion"])
    [approval] = [e for e in await planner.said() if e.type == CampaignApproved.event_type]
    assert said.seal == CampaignApproved.model_validate_json(approval.body).analysis_plan_sha256
    assert [each["evaluation"] for each in (await trial.read("/trial"))["published"]] == [said.evaluation]


async def test_a_starved_arm_is_stopped_at_the_checks_and_published_as_what_it_is(
    planner: Inside, trial: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    await planner.service.store["units_allocated"].delete_many({})
    await planner.service.store["units_settled"].delete_many({})
    await say_all(planner, (*ARMS[:4], *("plain",) * 2, *ARMS[:3]))
    at(planner, LATE)
    found = (await ask(trial, "analysis")).json()
    assert not found["stands"]
    assert "cannot tell" in found["result"]["conclusion"][0]
    assert not any("raised" in sentence for sentence in found["result"]["conclusion"])
    assert (await ask(trial, "publication")).status_code == 201
    assert [said.stands for said in await published(planner)] == [False]


async def test_the_close_of_a_trial_asks_whether_to_continue_change_or_stop_and_keeps_the_answer(
    planner: Inside, trial: People
) -> None:
    done = sample(DispatchCompleted, campaign="OTM-26-0001")
    await planner.part(ProgressRepository).dispatch_completed(done)
    silent = await trial.do("approver", "POST", "/completion", REASON)
    assert broken(silent) == {("decision", "required")}
    assert (await trial.read())["state"] == "live"
    unsure = await trial.do("approver", "POST", "/completion", REASON | {"decision": "perhaps"})
    assert unsure.status_code == 422
    await trial.done("approver", "POST", "/completion", {"decision": "change", "reason": "The norm does better"})
    entry = (await trial.read("/history"))[-1]
    assert (entry["step"], entry["by"], entry["detail"]["decision"]) == ("complete", "approver", "change")
    assert (await trial.read("/trial"))["record"]["decision"]["why"] == "The norm does better"
    at(planner, LATE)
    report = unpack((await ask(trial, "export")).content)["report.html"].decode()
    assert "change. The norm does better" in report


async def test_a_plan_changed_after_the_first_letter_is_marked_as_a_new_plan_for_ever(
    planner: Inside, trial: People
) -> None:
    at(planner, EARLY)
    await trial.done("designer", "POST", "/pause", REASON)
    plan = (await trial.read())["plan"]
    plan["analysis"]["alpha"] = 0.1
    await trial.done("designer", "PUT", "/plan", {"plan": plan, "reason": "A mistake"})
    unsealed = (await ask(trial, "analysis")).json()["result"]
    assert "not the one that was sealed" in " ".join(unsealed["conclusion"])
    await trial.pass_gates(*[each["gate"]["code"] for each in await trial.read("/gates") if each["why_open"]])
    await trial.sign_off()
    await trial.done("designer", "POST", "/resumption", REASON)
    at(planner, LATE)
    found = (await ask(trial, "analysis")).json()["result"]
    assert "changed after the first letters" in found["conclusion"][0]
    [marked] = [check for check in found["checks"] if check["code"] == "plan-changed"]
    assert "2 plans were sealed in all" in marked["says"]
    await ask(trial, "publication")
    assert [said.new_plan for said in await published(planner)] == [True]
    seals = (await trial.read("/trial"))["record"]["seals"]
    assert [(seal["plan_version"], seal["at"][:10]) for seal in seals] == [
        (1, DESIGNED.date().isoformat()), (2, EARLY.date().isoformat()),
    ]  # fmt: skip


async def test_only_analysts_see_effects_and_what_cannot_be_asked_is_refused_at_its_field(
    planner: Inside, trial: People
) -> None:
    assert [(await ask(trial, path, "designer")).status_code for path in ("analysis", "export", "publication")] == [
        403, 403, 403,
    ]  # fmt: skip
    assert broken(await ask(trial, "analysis", look=1)) == {("look", "planned")}
    wrong = await ask(trial, "analysis", excluded=[{"on": "2026-02-30", "why": "No such day"}])
    assert wrong.status_code == 422
    at(planner, LATE)
    none_left = await ask(trial, "analysis", excluded=[{"on": LAUNCH.isoformat(), "why": "Wrong page two"}])
    result = none_left.json()["result"]
    assert not none_left.json()["stands"]
    assert "cannot be estimated" in " ".join(result["conclusion"])
    assert any("Wrong page two" in check["says"] for check in result["checks"])


async def test_a_trial_of_which_nothing_is_known_yet_says_what_it_waits_for(people: People) -> None:
    await people.draft(analysis=ANALYSIS)
    answer = await ask(people, "analysis")
    assert (answer.status_code, "once a population is loaded" in answer.json()["title"]) == (404, True)
    assert (await people.read("/trial"))["data"] is None
