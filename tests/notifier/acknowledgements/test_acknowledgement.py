"""A team says that it knows: by a link that only a person follows to the end, or as its own system."""

import re

import pytest

from services.notifier.acknowledgements.acknowledgement import Overtaken
from services.notifier.acknowledgements.links import LINK_LIFETIME, Expired, Links
from services.notifier.notices.notice import Notice, State
from shared.contracts import AgreementChanged, CampaignApproved, NoticeAcknowledged
from shared.errors import NotFound
from tests.notifier.given.desk import PUBLIC_URL, Desk
from tests.notifier.given.planned import amended
from tests.support.clocks import NOON
from tests.support.samples import sample


async def notice_to(desk: Desk, team: str = "customer-services") -> Notice:
    return next(n for n in await desk.made() if n.team == team and n.needs_acknowledgement)


def reachable(desk: Desk, notice: Notice) -> str:
    """Returns the path of the page of a notice."""
    links = desk.notifier.part(Links)
    link = links.of(notice)
    assert link is not None
    return link.removeprefix(PUBLIC_URL)


async def test_nobody_who_had_a_hand_in_the_plan_acknowledges_for_a_team_by_whatever_door(asked: Desk) -> None:
    await asked.say(sample(AgreementChanged, contributors=["designer-17", "customer-services-lead"], teams=[]))
    notice = await notice_to(asked)
    async with asked.notifier.caller("customer-services-lead") as lead:
        by_key = await lead.post(f"/v1/notices/{notice.id}/acknowledgement")
    async with asked.notifier.caller(None) as person:
        by_link = await person.post(reachable(asked, notice), content="by=Designer-17")
        assert (by_key.status_code, by_link.status_code) == (403, 403)
        assert "had a hand in the plan" in by_link.text
        assert (await person.post(reachable(asked, notice), content="by=desk-7")).status_code == 200
    assert (await asked.asks.get(notice.thread)).answer.by == "desk-7"  # type: ignore[union-attr]


async def test_looking_at_the_link_acknowledges_nothing_and_the_button_does(asked: Desk) -> None:
    notice = await notice_to(asked)
    async with asked.notifier.caller(None) as person:
        page = await person.get(reachable(asked, notice))
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "unsafe-inline" not in page.headers["content-security-policy"]
        assert re.search(r'<form method="post" novalidate>.*<button', page.text, re.DOTALL)
        assert (await asked.asks.get(notice.thread)).answer is None  # type: ignore[union-attr]
        done = await person.post(reachable(asked, notice), content="by=Desk-7")
        assert "Acknowledged by desk-7" in done.text
        again = await person.post(reachable(asked, notice), content="by=desk-8")
        assert "Acknowledged by desk-7" in again.text  # the first answer stays
    await asked.turn()
    (said,) = asked.spoken.of(NoticeAcknowledged)
    assert (said.team, said.rule, said.acknowledged_by) == ("customer-services", "advance-notice", "desk-7")
    assert (said.plan_version, said.lines_to_take, said.notice) == (1, 1, notice.id)
    acknowledged = await asked.notices.get(notice.id)
    assert acknowledged is not None
    assert acknowledged.acknowledged_by == "desk-7"


@pytest.mark.parametrize("by", ["", "by=", "by=Ann%20Smith", "by=" + "x" * 80, "by=%3Cscript%3E"])
async def test_who_acknowledges_says_so_by_a_staff_code(asked: Desk, by: str) -> None:
    notice = await notice_to(asked)
    async with asked.notifier.caller(None) as person:
        answer = await person.post(reachable(asked, notice), content=by)
    assert answer.status_code == 422
    assert 'href="#by"' in answer.text, "the error leads to its field"
    assert "<script>" not in answer.text
    assert (await asked.asks.get(notice.thread)).answer is None  # type: ignore[union-attr]


async def test_a_link_that_we_did_not_make_or_that_is_too_old_is_refused(asked: Desk) -> None:
    notice = await notice_to(asked)
    token = (asked.links.of(notice) or "").rpartition("/")[2]
    identifier, expires, signature = token.split(".")
    assert asked.links.notice(token, NOON) == notice.id
    other = await notice_to(asked, "letter-issuer")
    for forged in (
        f"{other.id}.{expires}.{signature}", f"{identifier}.{int(expires) + 1}.{signature}", f"{identifier}.{expires}.",
        f"{identifier}..{signature}", identifier, "", f"{identifier}.{expires}.{signature[:-1]}é",
    ):  # fmt: skip
        with pytest.raises(NotFound):
            asked.links.notice(forged, NOON)
    with pytest.raises(Expired):
        asked.links.notice(token, NOON + LINK_LIFETIME)
    async with asked.notifier.caller(None) as person:
        assert (await person.post(f"/v1/acknowledgements/{identifier}.1.x", content="by=a")).status_code == 404


async def test_a_team_may_acknowledge_its_own_notices_and_no_other(asked: Desk) -> None:
    own, other = await notice_to(asked), await notice_to(asked, "letter-issuer")
    async with asked.notifier.caller("customer-services") as system:
        for _ in range(2):
            answer = await system.post(f"/v1/notices/{own.id}/acknowledgement")
            assert answer.status_code == 200
            assert answer.json()["answer"]["by"] == "customer-services"
        assert (await system.post(f"/v1/notices/{other.id}/acknowledgement")).status_code == 403
        assert (await system.post(f"/v1/notices/{other.thread}/acknowledgement")).status_code == 404
    async with asked.notifier.caller("operator") as operator:
        assert (await operator.post(f"/v1/notices/{own.id}/acknowledgement")).status_code == 403


async def test_a_change_voids_what_was_acknowledged_and_asks_anew(asked: Desk) -> None:
    before = await notice_to(asked)
    await asked.acknowledging.acknowledge(before.id, "desk-7")
    await asked.say(amended())
    for team in ("customer-services", "letter-issuer"):
        (voided,) = [n for n in await asked.made() if n.team == team and n.plan_version == 1]
        assert voided.void_at is not None
        with pytest.raises(Overtaken):
            await asked.acknowledging.acknowledge(voided.id, "desk-7")
        (change, *_) = [n for n in await asked.made() if n.rule == "plan-changed" and n.team == team]
        assert change.plan_version == 2
        assert "21 September 2026" in change.content.text
    await asked.say(sample(CampaignApproved, plan_version=2, version=4, launch="2026-09-21"))
    (after,) = [n for n in await asked.of_rule("advance-notice") if n.plan_version == 2]
    await asked.acknowledging.acknowledge(after.id, "desk-7")
    await asked.turn()
    assert [said.plan_version for said in asked.spoken.of(NoticeAcknowledged)] == [1, 2]


async def test_what_has_not_gone_out_when_it_is_changed_never_does(asked: Desk) -> None:
    await asked.say(amended())
    states = {n.team: n.state for n in await asked.made() if n.plan_version == 1 and n.needs_acknowledgement}
    assert states == {"customer-services": State.VOID, "letter-issuer": State.VOID, "debt-management": State.VOID}


async def test_what_waits_is_listed_with_who_since_when_and_until_when(asked: Desk) -> None:
    async with asked.notifier.caller("operator") as operator:
        found = (await operator.get("/v1/waiting", params={"campaign": "OTM-26-0042"})).json()
        of_others = (await operator.get("/v1/waiting", params={"campaign": "OTM-26-0999"})).json()
        bad = await operator.get("/v1/waiting", params={"campaign": "one"})
    assert {each["team"] for each in found} == {"customer-services", "letter-issuer", "debt-management"}
    first = next(each for each in found if each["team"] == "customer-services")
    assert (first["name"], first["rule"], first["until"]) == ("Customer Services", "advance-notice", "2026-09-07")
    assert first["since"].startswith("2026-09-07T12:00")
    assert (of_others, bad.status_code) == ([], 422)
    async with asked.notifier.caller("customer-services-lead") as lead:
        own = (await lead.get("/v1/waiting")).json()
        assert {each["team"] for each in own} == {"customer-services"}
        await lead.post(f"/v1/notices/{(await notice_to(asked)).id}/acknowledgement")
        assert (await lead.get("/v1/waiting")).json() == []
    async with asked.notifier.caller("helpline") as helpline:
        assert (await helpline.get("/v1/waiting")).status_code == 403
