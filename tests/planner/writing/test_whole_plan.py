"""A whole plan is written on pages alone, from the first title to the request for approval."""

from deploy.local.demo.plan import LINES, answers
from services.planner.plan.plan import Plan
from services.planner.writing.parts import PARTS
from tests.planner.assessment.test_pages import fields
from tests.planner.given.people import People
from tests.planner.given.plans import LAUNCH, RESPOND_BY, plan
from tests.planner.writing.given import ALONE, ITEMS, LETTERS, PLAN, WRITE, write
from tests.support.browsing import Browser, Page
from tests.support.inside import Inside

HERE = "/campaigns/OTM-26-0001"
BEGUN = {"title": PLAN["title"], "regime": "Self assessment", "directorate": "default"}


async def test_a_designer_with_pages_alone_writes_a_plan_and_asks_for_approval(site: Inside, designer: Browser) -> None:
    begun = await designer.send(await designer.get("/campaigns/new"), "/campaigns/new", **BEGUN)
    assert {f"{WRITE}/{part}" for part in PARTS} <= set(begun.links)
    await _written(designer)
    async with People(site) as people:
        kept = Plan.model_validate((await people.read())["plan"])
    assert _with_arms_in_order(kept) == _with_arms_in_order(Plan.model_validate(plan(daily_limit=6_667)))
    page = await _answered(designer)
    assert "Nothing is open" in page.words
    asked = await designer.send(page, f"{HERE}/check")
    assert asked.heading.startswith("OTM-26-0001, submitted")


async def _written(designer: Browser) -> None:
    """Writes the parts as each page leads to the next; lists and what is optional in between."""
    for part in ("groups", "arms", "control"):
        for item in ITEMS[part]:
            assert (await write(designer, f"{part}/new", item)).path == f"{WRITE}/{part}"
    for place, letter in enumerate(LETTERS, start=1):
        assert (await write(designer, f"letters/{place}", letter)).path == f"{WRITE}/letters"
    led = [page.path for page in [await write(designer, part, ALONE[part]) for part in ALONE]]
    assert led[:3] == [f"{WRITE}/kind", f"{WRITE}/resource", f"{WRITE}/approach"]
    for item in ITEMS["contacts"]:
        await write(designer, "contacts/new", item)
    assert led[-1] == f"{WRITE}/lines"
    for line in LINES:
        await write(designer, "lines/new", {"language": "en", **line})
    tasks = await designer.get(HERE)
    assert "To do" not in tasks.words.partition("2. Plan it")[2].partition("Agree the lines")[0]


async def _answered(designer: Browser) -> Page:
    page = await designer.get(f"{HERE}/assessment")
    for answer in answers(25_000, LAUNCH, RESPOND_BY).values():
        page = await designer.send(page, page.path, **fields(answer))
    return page


def _with_arms_in_order(given: Plan) -> Plan:
    return given.model_copy(update={"arms": tuple(sorted(given.arms, key=lambda arm: arm.code))})
