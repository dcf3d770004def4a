"""Pages of the plan where something goes wrong: what was typed, a colleague who was faster, a form that comes twice."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.planner.writing.parts import PARTS
from shared.web.site.visitors import Visitors
from tests.planner.given.people import People
from tests.planner.given.plans import plan
from tests.planner.writing.given import ALONE, ITEMS, WRITE, Texts, day, errors, write
from tests.support.browsing import Browser, Page
from tests.support.inside import Inside

LONG = "x" * 20_001
LINE = {"question": "Why me?", "answer": "A letting agent told us.", "language": "en"}


WRONG: list[tuple[str, Texts, set[str]]] = [
    ("title", {"title": "x" * 201}, {"title"}),
    ("title", {"regime": "Rents & duties", "directorate": "nowhere"}, {"regime", "directorate"}),
    ("purpose", {"purpose": "", "risk": LONG, "aim": "please"}, {"purpose", "risk", "aim"}),
    ("resource", {"milestones": "First letters"}, {"milestones"}),
    ("resource", {"milestones": "2026-02-30 First letters"}, {"milestones"}),
    ("approach", {"earlier_campaigns": "OTM-26"}, {"earlier_campaigns"}),
    ("customers", {"customers": "0"}, {"customers"}),
    ("customers", {"customers": "2"}, {"customers"}),  # fewer than arms
    ("action", {"action-why": " ", "action-asks_for_records": ""}, {"action-why", "action-asks_for_records"}),
    ("dates", day("launch", "2026-02-30"), {"launch"}),
    ("dates", day("launch", "2026-09-06"), {"launch"}),  # a Sunday
    ("dates", day("respond_by", "2026-09-01"), {"respond_by"}),
    ("dates", {"daily_limit": "many"}, {"daily_limit"}),
    ("contact-rate", {"contact_rate-low": "30"}, {"contact_rate-low"}),
    ("contact-rate", {"contact_rate-high": "101"}, {"contact_rate-high"}),
    ("takers", {"responses-helplines": "Self assessment, 70"}, {"responses-helplines"}),
    ("takers", {"contact_assumptions-takers": "Cannot pay, 20"}, {"contact_assumptions-takers"}),
    ("takers", {"responses-helplines": "\n".join(f"Line {n}, 1" for n in range(11))}, {"responses-helplines"}),
    ("teams", {"stakeholders": "press-office\nPress office"}, {"stakeholders"}),
    ("pattern", {"contact_assumptions-redial-again": "100"}, {"contact_assumptions-redial-again"}),
    ("pattern", {"contact_assumptions-curve": "50\n20"}, {"contact_assumptions-curve"}),
    ("groups/1", {"description": "", "customers": "-1"}, {"description", "customers"}),
    ("groups/new", ITEMS["groups"][0] | {"could_grow_to": "1,00"}, {"could_grow_to"}),
    ("arms/new", ITEMS["arms"][0] | {"share": "5"}, {"code"}),  # there is one of that name
    ("arms/2", {"channel": ""}, {"channel"}),
    ("arms/2", {"channel": "email"}, {""}),  # its copies for agents cannot go by it
    ("letters/2", {"en-body": "Dear {{ nobody }}", "cy-subject": ""}, {"cy-subject"}),
    ("letters/2", {"en-body": "Dear {{ nobody }}"}, {"en-subject"}),
    ("letters/2", {"cy-agent-subject": "", "cy-agent-body": ""}, {""}),  # copies in each language or in none
    (
        "rates",
        {"by_arm-plain-rate-low": "2"},
        {"by_arm-plain-rate-central", "by_arm-plain-post", "by_arm-plain-rate-high", "by_arm-plain-rate-source"},
    ),
    ("lines/new", LINE | {"answer": LONG}, {"answer"}),
]
"""Parts, what is typed in them, and the fields at which that is refused; an empty name is for none of them."""


def typed(page: Page, path: str, like: Texts) -> Texts:
    return {name: value.strip() for name, value in page.form(path).fields if name in like}


async def kept(people: People) -> dict[str, Any]:
    found: dict[str, Any] = (await people.read())["plan"]
    return found


async def test_what_is_wrong_is_named_and_what_was_typed_stays(drafted: People, designer: Browser) -> None:
    before = await drafted.read()
    for part, changed, wrong in WRONG:
        page = await write(designer, part, changed)
        assert page.status == 422, (part, changed)
        assert wrong - {""} <= errors(page) <= page.ids, (part, errors(page))
        chosen = {name: value.strip() for name, value in changed.items() if value not in ("nowhere", "please")}
        assert typed(page, f"{WRITE}/{part}", chosen) | {n: v for n, v in chosen.items() if not v} == chosen, part
    assert await drafted.read() == before


async def test_what_waits_for_another_part_says_which(drafted: People, designer: Browser) -> None:
    page = await designer.get(f"{WRITE}/scripts/new")
    assert f"{WRITE}/lines" in page.links
    assert not [form for form in page.forms() if form.action.startswith(WRITE)]
    sent = [*page.form("/sign-out").fields, ("_page", f"{WRITE}/scripts/new"), ("title", "A script")]
    assert (await designer.post(f"{WRITE}/scripts/new", sent)).status == 409


async def test_an_empty_form_of_every_part_is_refused_or_says_what_is_optional(
    drafted: People, designer: Browser
) -> None:
    for code, part in PARTS.items():
        path = f"{WRITE}/{code}" + ("/new" if part.items and part.items.adds else "/2" if part.items else "")
        form = await designer.get(path)
        names = {name for name, _ in form.form(path).fields} if part.after != "lines" else set()
        if not names:
            continue
        empty = {name: "" for name in names if not name.startswith("_") and name not in ("mark", "seen")}
        page = await designer.send(form, path, **empty)
        assert page.status in (200, 422), code
        assert errors(page) <= page.ids, code
        assert (page.status == 422) == bool(errors(page)), code


async def test_a_part_that_somebody_changed_stands_beside_what_was_seen_and_nothing_typed_is_lost(
    drafted: People, designer: Browser
) -> None:
    part, other = f"{WRITE}/action", f"{WRITE}/purpose"
    here, there = await designer.get(part), await designer.get(other)
    theirs = plan()["action"] | {"why": "<b>Theirs</b>"}
    await drafted.done("designer", "PUT", "/plan", {"plan": plan(action=theirs)})
    mine = ALONE["action"] | {"action-why": "Mine"}
    page = await designer.send(here, part, **mine)
    assert (page.status, typed(page, part, mine)["action-why"]) == (409, "Mine")
    assert f"{plan()['action']['why']} <b>Theirs</b>" in page.words
    assert "<b>Theirs" not in page.answer.text
    assert (await designer.send(there, other, purpose="In another tab")).status == 200  # of another part
    await designer.send(page, part)
    found = await kept(drafted)
    assert (found["action"]["why"], found["purpose"]) == ("Mine", "In another tab")


@pytest.mark.parametrize("part", ["customers", "groups/1", "groups/new"])
async def test_a_form_that_is_sent_twice_is_kept_once(drafted: People, designer: Browser, part: str) -> None:
    path, before = f"{WRITE}/{part}", (await drafted.read())["plan_version"]
    form = await designer.get(path)
    values = {"customers": "30,000"} if part != "groups/new" else ITEMS["groups"][0] | {"code": "Lodgers"}
    pages = await asyncio.gather(*(designer.send(form, path, **values) for _ in range(2)))
    assert len({page.path for page in pages}) == 1
    assert [page.status for page in pages] == [200, 200]
    now = await drafted.read()
    assert now["plan_version"] == before + 1
    assert len(now["plan"]["groups"]) == (2 if part == "groups/new" else 1)


async def test_an_item_is_removed_once_and_the_one_after_it_stays(drafted: People, designer: Browser) -> None:
    for code in ("Lodgers", "Hosts"):
        await write(designer, "groups/new", ITEMS["groups"][0] | {"code": code})
    form = await designer.get(f"{WRITE}/groups/2")
    for _ in range(2):
        page = await designer.send(form, f"{WRITE}/groups/2", do="remove")
        assert page.path == f"{WRITE}/groups"
    assert [group["code"] for group in (await kept(drafted))["groups"]] == ["landlords", "hosts"]
    stale = await designer.send(form, f"{WRITE}/groups/2", description="Changed", do="save")
    assert stale.status == 409
    assert (await designer.get(f"{WRITE}/groups/3")).status == 404
    letter = await designer.get(f"{WRITE}/letters/2")
    await designer.send(letter, f"{WRITE}/letters/2", do="remove")  # a letter goes with its arm alone
    assert len((await kept(drafted))["arms"]) == len(plan()["arms"])
    arm = await designer.get(f"{WRITE}/arms/2")
    await designer.send(arm, f"{WRITE}/arms/2", do="remove")
    last = await designer.get(f"{WRITE}/arms/2")
    refused = await designer.send(last, f"{WRITE}/arms/2", do="remove")
    assert (refused.status, "At least one arm must be written to" in refused.words) == (422, True)


async def test_a_change_after_approval_was_asked_for_needs_its_reason(drafted: People, designer: Browser) -> None:
    await drafted.answer()
    await drafted.submit()
    page = await write(designer, "purpose", {"purpose": "Another purpose"})
    assert (page.status, errors(page), page.ids & {"reason"}) == (422, {"reason"}, {"reason"})
    done = await designer.send(page, f"{WRITE}/purpose", reason="Clearer words")
    assert done.status == 200
    assert (await kept(drafted))["purpose"] == "Another purpose"
    page = await write(designer, "purpose", {"purpose": "Once more", "reason": LONG})
    assert errors(page) == {"reason"}
    spoilt = await write(designer, "letters/2", {"en-body": "Please send us your records.", "reason": "Shorter"})
    assert (spoilt.status, errors(spoilt)) == (422, {"en-body"})


async def test_what_was_typed_when_the_session_was_over_is_there_after_sign_in(
    drafted: People, designer: Browser, site: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, mine = f"{WRITE}/dates", day("launch", "2026-09-08") | {"short_notice": "The law changes"}
    form = await designer.get(part)
    with monkeypatch.context() as patch:
        patch.setattr(site.part(Visitors).sessions, "_idle", timedelta(seconds=-1))
        page = await designer.send(form, part, **mine)
    back = await designer.send(page, "/sign-in/persona", role="designer")
    assert (back.path, typed(back, part, mine)) == (part, {**mine, "launch-day": "08", "launch-month": "09"})
    assert "What you typed before is here again" in back.words
    await designer.send(back, part)
    assert (await kept(drafted))["launch"] == "2026-09-08"
    assert "What you typed before is here again" not in (await designer.get(part)).words


async def test_lines_to_take_are_versions_and_arms_and_an_embargo_are_kept(drafted: People, designer: Browser) -> None:
    await write(designer, "lines/new", LINE)
    form = await designer.get(f"{WRITE}/lines/1")
    await designer.send(form, f"{WRITE}/lines/1", arms=["plain"], answer="An agent told us.", do="save")
    await write(designer, "media/new", {"body": "We wrote.", "language": "cy", "embargo": "2026-09-07 09:30"})
    proposed = (await drafted.read("/lines-to-take"))["proposed"]
    assert (proposed["version"], proposed["words"]["lines"][0]["arms"]) == (3, ["plain"])
    assert proposed["words"]["media"][0]["embargo"] == "2026-09-07T08:30:00Z"
    assert "2026-09-07 09:30" in (await designer.get(f"{WRITE}/media")).words
    form = await designer.get(f"{WRITE}/lines/1")
    last = await designer.send(form, f"{WRITE}/lines/1", do="remove")
    assert (last.status, errors(last)) == (422, {"question"})


async def test_only_designers_write(drafted: People, site: Inside) -> None:
    async with Browser(site.service) as approver:
        page = await approver.sign_in("approver", "/campaigns/OTM-26-0001")
        assert not [link for link in page.links if "/write/" in link]
        assert (await approver.get(f"{WRITE}/purpose")).status == 403
        fields = [*page.form("/sign-out").fields, *ALONE["purpose"].items()]
        assert (await approver.post(f"{WRITE}/purpose", fields)).status == 403


async def test_what_is_no_part_is_not_found(drafted: People, designer: Browser) -> None:
    for path in ("nothing", "purpose/1", "letters/new", "letters/1", "arms/99", "groups/0"):
        assert (await designer.get(f"{WRITE}/{path}")).status in (404, 422), path
