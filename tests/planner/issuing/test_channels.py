"""A plan that dispatcher cannot issue is refused before anybody agrees to it, with the field and what can be done."""

from typing import Any

import pytest

from services.planner.issuing.channels import issue_problems
from services.planner.plan.plan import Plan
from shared.contracts import ChannelsOffered
from tests.planner.given.hearing import handlers, heard
from tests.planner.given.people import People
from tests.planner.given.plans import LAUNCH, plan
from tests.planner.given.problems import broken
from tests.support.inside import Inside
from tests.support.samples import sample

PRINT = {"code": "print", "agent_copies": True}


def offered(*channels: dict[str, Any], at: str = "2026-08-03T08:00:00Z") -> ChannelsOffered:
    return sample(ChannelsOffered, channels=channels, offered_at=at)


def by(channel: str, **changes: Any) -> Plan:
    """The plan with every arm by this channel, and no copies for agents."""
    arms = []
    for arm in plan()["arms"]:
        letters = [letter | {"agent": None} for letter in arm.get("letters", [])]
        arms.append(arm | {"channel": channel, "letters": letters} if letters else arm)
    return Plan.model_validate(plan(arms=arms) | changes)


def refused(planned: Plan, offer: ChannelsOffered | None) -> set[tuple[str, str]]:
    return {(problem.field, problem.rule) for problem in issue_problems(planned, offer)}


def test_a_channel_that_this_dispatcher_does_not_have_is_refused_with_those_that_it_has() -> None:
    problems = issue_problems(by("email"), offered(PRINT, {"code": "text"}))
    assert {(problem.field, problem.rule) for problem in problems} == {
        ("arms.1.channel", "offered"), ("arms.2.channel", "offered"),
    }  # fmt: skip
    assert all("choose print or text" in problem.message for problem in problems)


def test_a_language_and_a_copy_for_agents_that_the_channel_cannot_carry_are_refused() -> None:
    letters = [
        {"language": "en", "subject": "About rent", "body": "Dear", "agent": {"subject": "About rent", "body": "Dear"}},
        {
            "language": "cy",
            "subject": "Am rent",
            "body": "Annwyl",
            "agent": {"subject": "Am y rhent", "body": "Annwyl"},
        },
    ]
    arms = [arm | ({"letters": letters, "channel": "print"} if arm.get("channel") else {}) for arm in plan()["arms"]]
    plain = {"code": "print", "agent_copies": False, "languages": ["en"]}
    assert refused(Plan.model_validate(plan(arms=arms)), offered(plain)) >= {
        ("arms.1.letters.0.agent", "offered"), ("arms.1.letters.1.agent", "offered"),
        ("arms.1.letters.1.language", "offered"),
    }  # fmt: skip
    assert refused(Plan.model_validate(plan(arms=arms)), offered(PRINT)) == set()


@pytest.mark.parametrize(("a_day", "rules"), [(9_999, {("daily_limit", "channel-limit")}), (10_000, set())])
def test_more_a_day_than_the_channel_takes_is_refused(a_day: int, rules: set[tuple[str, str]]) -> None:
    assert refused(by("print", daily_limit=10_000), offered(PRINT | {"a_day": a_day})) == rules


def test_letters_that_would_go_out_after_the_day_to_respond_by_are_refused_whoever_dispatches() -> None:
    late = by("print", respond_by=LAUNCH.replace(day=11).isoformat(), daily_limit=4_000)
    assert refused(late, None) == {("respond_by", "after-the-last-wave")}


async def test_a_plan_that_cannot_be_issued_cannot_be_submitted_and_an_offer_heard_late_changes_nothing(
    planner: Inside, people: People
) -> None:
    hear = handlers(planner)
    await hear.keep_offer(heard(offered(PRINT)))
    await hear.keep_offer(heard(offered({"code": "email"}, at="2026-08-01T08:00:00Z")))
    shown = await (await people.by("designer")).get("/v1/channels")
    assert [channel["code"] for channel in shown.json()["channels"]] == ["print"]
    await people.draft(arms=by("email").model_dump(mode="json")["arms"])
    await people.answer()
    asked = await people.do("designer", "POST", "/submission")
    assert (asked.status_code, broken(asked)) == (
        422, {("arms.1.channel", "offered"), ("arms.2.channel", "offered")},
    )  # fmt: skip
    await people.done("designer", "PUT", "/plan", {"plan": plan()})
    assert (await people.submit())["state"] == "submitted"
    amended = {"plan": by("email").model_dump(mode="json"), "reason": "cheaper"}
    assert ("arms.1.channel", "offered") in broken(await people.do("designer", "PUT", "/plan", amended))
