"""The assessment over HTTP: answers are given again, and earlier ones are kept."""

from tests.planner.given.people import People


async def test_an_answer_is_given_again_and_the_earlier_one_is_kept(people: People) -> None:
    await people.draft()
    for text in ("At first sight", "On reflection"):
        await people.done("designer", "PUT", "/assessment/risk", {"text": text, "review_by": "2026-12-01"})
    assessment = await people.read("/assessment")
    (risk,) = [one for one in assessment["questions"] if one["question"] == "risk"]
    assert (risk["answer"]["given"]["text"], risk["why_open"]) == ("On reflection", None)
    assert not assessment["complete"]
    earlier = await people.read("/history?about=risk")
    assert [entry["detail"]["text"] for entry in earlier] == ["At first sight", "On reflection"]


async def test_last_years_campaign_is_cloned_with_its_answers_and_results(people: People) -> None:
    await people.draft()
    await people.answer()
    copied = await people.do("designer", "POST", "/clone", {"title": "The same again"})
    assert copied.status_code == 201
    people.campaign = copied.headers["Location"]
    assessment = await people.read("/assessment")
    assert assessment["earlier"] == {"campaign": "OTM-26-0001", "issued": None, "responses": {}}
    assert {one["why_open"] for one in assessment["questions"]} == {"this is the answer of OTM-26-0001: give your own"}
