"""The assessment on pages: one question after the other, all answers to check, and approval asked for once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from deploy.local.demo.plan import answers
from services.planner.assessment.answer import Given
from services.planner.assessment.questions import QUESTIONS, Figure
from services.planner.assessment.typed_answer import TypedAnswer
from shared.web.site.visitors import Visitors
from tests.planner.given.people import People
from tests.planner.given.plans import DESIGNED, LAUNCH, RESPOND_BY
from tests.support.browsing import Browser, Page
from tests.support.inside import Inside

HERE = "/campaigns/OTM-26-0001"
RISK = f"{HERE}/assessment/risk"
DAY = {"review_by-day": "30", "review_by-month": "10", "review_by-year": "2026"}
TYPED = {"text": "Rent is left out", "evidence": "https://a.example/1", **DAY}


def typed(page: Page) -> dict[str, str]:
    return {name: value.strip() for name, value in page.form(RISK).fields if name in TYPED}


async def given(people: People, question: str = "risk") -> Any:
    found = (await people.read("/assessment"))["questions"]
    return next(each["answer"] for each in found if each["question"] == question)


def fields(answer: dict[str, Any]) -> dict[str, str]:
    """Returns an answer as a person types it."""
    year, month, day = answer["review_by"].split("-")
    filled = {"text": answer["text"], "review_by-day": day, "review_by-month": month, "review_by-year": year}
    figures = {name: answer[name] for name in ("customers", "exchequer_cost", "cost_one_to_many", "cost_one_to_one")
               if name in answer}  # fmt: skip
    return (
        filled
        | {name: f"{value:,}" for name, value in figures.items()}
        | {"deadlines": "\n".join(answer.get("deadlines", []))}
    )


async def test_questions_follow_one_another_then_all_answers_are_checked_and_approval_is_asked_for_once(
    drafted: People, designer: Browser
) -> None:
    page = await designer.get(f"{HERE}/assessment")
    assert page.path == RISK
    for question, answer in answers(25_000, LAUNCH, RESPOND_BY).items():
        assert page.path == f"{HERE}/assessment/{question}"
        page = await designer.send(page, page.path, **fields(answer))
    assert page.path == f"{HERE}/check"
    assert "cheaper way if more than 1.5% of customers respond" in page.words
    assert (await given(drafted, "resource"))["given"]["cost_one_to_many"] == 1.4
    pages = await asyncio.gather(*(designer.send(page, f"{HERE}/check") for _ in range(2)))
    assert [each.path for each in pages] == [HERE] * 2
    steps = [entry["step"] for entry in await drafted.read("/history")]
    assert (await drafted.read())["state"] == "submitted"
    assert steps.count("submit") == 1


async def test_approval_that_cannot_be_asked_for_yet_says_where_what_is_open_is(
    drafted: People, designer: Browser
) -> None:
    page = await designer.send(await designer.get(f"{HERE}/check"), f"{HERE}/check")
    assert page.status == 422
    assert {"#open", "#question-risk"} <= set(page.links)
    assert {"open", "question-risk"} <= page.ids
    assert (await drafted.read())["state"] == "draft"


async def test_approval_of_what_somebody_changed_meanwhile_is_not_asked_for(drafted: People, designer: Browser) -> None:
    await drafted.answer()
    check = await designer.get(f"{HERE}/check")
    await drafted.done("designer", "PUT", "/assessment/risk", {"text": "Less", "review_by": "2026-10-30"})
    page = await designer.send(check, f"{HERE}/check")
    assert (page.status, (await drafted.read())["state"]) == (409, "draft")
    assert page.words.count(QUESTIONS["risk"].asks) > 1
    await designer.send(page, f"{HERE}/check")
    assert (await drafted.read())["state"] == "submitted"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"review_by-day": "31", "review_by-month": "2"}, "review_by"),
        ({"review_by-day": "", "review_by-month": "", "review_by-year": ""}, "review_by"),
        ({"review_by-year": "2028"}, "review_by"),
        ({"evidence": "http://a.example/1"}, "evidence"),
    ],
)
async def test_what_is_wrong_with_an_answer_is_named_and_what_was_typed_stays(
    drafted: People, designer: Browser, changed: dict[str, str], field: str
) -> None:
    page = await designer.send(await designer.get(RISK), RISK, **TYPED | changed)
    assert page.status == 422
    assert f"#{field}" in page.links
    assert field in page.ids
    assert typed(page) == {name: value.strip() for name, value in (TYPED | changed).items()}
    assert await given(drafted) is None


@pytest.mark.parametrize(
    ("question", "figure", "wrong"),
    [
        ("customers", Figure.CUSTOMERS, ("", "many", "1,00", "-5", "2.5", "100,000,001")),
        ("resource", Figure.COST_ONE_TO_ONE, ("", "95p", "£", "1.000.000", "1" * 14)),
    ],
)
def test_a_figure_that_cannot_be_read_is_refused_at_its_field(question: str, figure: Figure, wrong: list[str]) -> None:
    figures = {Figure.CUSTOMERS: "25,000", Figure.COST_ONE_TO_MANY: "£1.40", Figure.COST_ONE_TO_ONE: "95"}
    for text in ("7", *wrong):
        answer = TypedAnswer("Some", "2026-10-30", (), (), figures | {figure: text})
        _, problems = answer.given(QUESTIONS[question], None, DESIGNED.date())
        assert [problem.field for problem in problems] == ([] if text == "7" else [figure.value]), text


def test_deadlines_are_read_line_by_line_and_figures_that_are_not_asked_for_stay() -> None:
    before = Given.model_validate({"text": "Old", "review_by": "2026-10-30", "customers": 9})
    answer = TypedAnswer("New", "2026-10-30", (), ("2026-09-21", "2026-09-22"), {})
    found, _ = answer.given(QUESTIONS["timing"], before, DESIGNED.date())
    assert found is not None
    assert (found.text, len(found.deadlines), found.customers) == ("New", 2, 9)
    _, problems = TypedAnswer("New", "2026-10-30", (), ("soon",), {}).given(QUESTIONS["timing"], None, DESIGNED.date())
    assert [problem.field for problem in problems] == ["deadlines"]


async def test_an_answer_that_somebody_gave_meanwhile_stands_beside_what_was_seen_and_nothing_typed_is_lost(
    drafted: People, designer: Browser
) -> None:
    await drafted.answer()
    here, there = await designer.get(RISK), await designer.get(f"{HERE}/assessment/reputation")
    await drafted.done("designer", "PUT", "/assessment/risk", {"text": "<b>Theirs</b>", "review_by": "2026-10-30"})
    wrong = await designer.send(here, RISK, **TYPED | {"text": ""})
    assert wrong.status == 422  # what is wrong is said first, and the page still knows what the person saw
    page = await designer.send(wrong, RISK, **TYPED)
    assert (page.status, typed(page)) == (409, TYPED)
    assert "Income from letting left out of returns" in page.words
    assert "<b>Theirs</b>" in page.words
    assert "<b>" not in page.answer.text
    assert (await designer.send(there, there.path, text="In another tab")).status == 200
    await designer.send(page, RISK)
    assert (await given(drafted))["given"]["text"] == TYPED["text"]


async def test_an_answer_that_is_sent_twice_is_kept_once(drafted: People, designer: Browser) -> None:
    form = await designer.get(RISK)
    pages = await asyncio.gather(*(designer.send(form, RISK, **TYPED) for _ in range(2)))
    assert [page.path for page in pages] == [f"{HERE}/assessment/cost-of-inaction"] * 2
    assert len(await drafted.read("/history?about=risk")) == 1


async def test_what_was_typed_when_the_session_was_over_is_there_after_sign_in(
    drafted: People, designer: Browser, site: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await designer.get(RISK)
    with monkeypatch.context() as patch:
        patch.setattr(site.part(Visitors).sessions, "_idle", timedelta(seconds=-1))
        page = await designer.send(form, RISK, **TYPED)
    assert page.path.startswith("/sign-in")
    back = await designer.send(page, "/sign-in/persona", role="designer")
    assert (back.path, typed(back)) == (RISK, TYPED)
    assert (await designer.send(back, RISK)).path.endswith("/cost-of-inaction")
    assert (await given(drafted))["given"]["text"] == TYPED["text"]


async def test_somebody_who_only_reads_sees_the_answers_and_changes_none(drafted: People, site: Inside) -> None:
    async with Browser(site.service) as approver:
        page = await approver.sign_in("approver", f"{HERE}/check")
        assert page.status == 200
        assert not [form for form in page.forms() if form.action.startswith("/campaigns")]
        assert (await approver.get(RISK)).status == 403
        assert (await approver.post(RISK, [*page.form("/sign-out").fields, *TYPED.items()])).status == 403
    assert await given(drafted) is None
