"""A link dies when what it is about is changed, and leads to the form of what is asked now."""

import re

from services.notifier.notices.notice import Notice
from shared.contracts import CampaignApproved
from tests.notifier.given.desk import PUBLIC_URL, Desk
from tests.notifier.given.planned import amended
from tests.support.samples import sample

TEAM = "customer-services"


def path(desk: Desk, notice: Notice) -> str:
    return (desk.links.of(notice) or "").removeprefix(PUBLIC_URL)


async def sent(desk: Desk) -> None:
    await desk.delivery.step()
    await desk.delivery.idle()


async def asked(desk: Desk, version: int) -> Notice:
    """Returns what the team is asked to acknowledge of a version of the plan."""
    return next(n for n in await desk.of_rule("advance-notice") if n.team == TEAM and n.plan_version == version)


async def test_a_link_to_an_earlier_version_refuses_and_leads_to_the_form_of_the_present_one(desk: Desk) -> None:
    await desk.approved()
    await desk.say(sample(CampaignApproved))
    await sent(desk)
    before = await asked(desk, 1)
    await desk.say(amended())
    await desk.say(sample(CampaignApproved, plan_version=2, version=4, launch="2026-09-21"))
    async with desk.notifier.caller(None) as person:
        waits = await person.get(path(desk, before))
        assert (waits.status_code, "<form" in waits.text) == (409, False)
        assert "Nothing waits for your team now" in waits.text, "the new notice has not gone out yet"
        await sent(desk)
        for dead in (await person.get(path(desk, before)), await person.post(path(desk, before), content="by=desk-7")):
            assert (dead.status_code, "<form" in dead.text) == (409, False)
            (link,) = re.findall(r'href="[^"]*(/v1/acknowledgements/[\w.-]+)"', dead.text)
        present = await person.get(link)
        assert (present.status_code, "<form" in present.text) == (200, True)
        assert (await person.post(link, content="by=desk-7")).status_code == 200
    assert (await desk.asks.get(before.thread)).answer is None  # type: ignore[union-attr]
    assert (await desk.asks.get((await asked(desk, 2)).thread)).answer.by == "desk-7"  # type: ignore[union-attr]
