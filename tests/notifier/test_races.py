"""Every pair of operations on one notice that asks for an answer, at once: as if one came after the other."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from itertools import count

import pytest

from services.notifier.acknowledgements.links import Links
from shared.contracts import CampaignApproved, CampaignStopped, LinesToTakePublished
from tests.notifier.given.desk import PUBLIC_URL, Desk, heard, opened
from tests.notifier.given.planned import amended
from tests.support.inside import Corner
from tests.support.races import Left, Race
from tests.support.samples import sample
from tests.support.smtp import PostOffice

TEAM = "customer-services"
_numbers = count(1_000)


@dataclass(frozen=True)
class Asked:
    """A team was asked about a campaign of its own by a notice, whose link leads to `path`."""

    campaign: str
    notice: str
    thread: str
    path: str


async def situation(desk: Desk) -> Asked:
    campaign = f"OTM-26-{next(_numbers)}"
    await desk.hear.keep_lines_to_take(heard(sample(LinesToTakePublished, campaign=campaign)))
    approved = sample(CampaignApproved, campaign=campaign)
    await desk.campaigns.keep_campaign(approved)
    await desk.say(approved)
    made = await desk.notices.of_campaign(campaign)
    notice = next(each for each in made if each.team == TEAM and each.needs_acknowledgement)
    link = desk.notifier.part(Links).of(notice)
    assert link is not None
    return Asked(campaign, notice.id, notice.thread, link.removeprefix(PUBLIC_URL))


async def answer(desk: Desk, at: Asked, by: str) -> int:
    async with desk.notifier.caller(None) as person:
        return (await person.post(at.path, content=f"by={by}")).status_code


async def resend(desk: Desk, at: Asked) -> int:
    async with desk.notifier.caller("operator") as operator:
        return (await operator.post(f"/v1/notices/{at.notice}/resend")).status_code


async def void(desk: Desk, at: Asked) -> int:
    await desk.hear.amend(heard(amended(campaign=at.campaign, void=(TEAM,))))
    return 200


async def stop(desk: Desk, at: Asked) -> int:
    await desk.say(sample(CampaignStopped, campaign=at.campaign))
    return 200


OPERATIONS: dict[str, Callable[[Desk, Asked], Awaitable[int]]] = {
    "answer": partial(answer, by="desk-7"),
    "answer-otherwise": partial(answer, by="desk-8"),
    "resend": resend,
    "stop": stop,
    "void": void,
}
SAID = {"stop", "void"}
"""Events of planner, which says one after the other."""
PAIRS = [
    (one, other)
    for number, one in enumerate(OPERATIONS)
    for other in list(OPERATIONS)[number:]
    if not {one, other} <= SAID
]


async def left_by(desk: Desk, at: Asked) -> Left:
    ask = await desk.asks.get(at.thread)
    assert ask is not None
    notices = [
        (each.rule, each.team, each.state, each.void_at is not None, each.acknowledged_by)
        for each in await desk.notices.of_campaign(at.campaign)
    ]
    return {
        "answer": ask.answer and ask.answer.by,
        "closed": ask.closed,
        "void": ask.void_at is not None,
        "notices": sorted(map(str, notices)),
    }


@pytest.mark.parametrize(("first", "second"), PAIRS)
async def test_two_operations_on_one_notice_leave_what_one_after_the_other_leaves(
    desk: Desk, corner: Corner, office: PostOffice, first: str, second: str
) -> None:
    async with opened(corner, office.port) as replica:
        wrong = await Race(situation, OPERATIONS, left_by).wrong(desk, replica, first, second)
    assert not wrong, "\n".join(wrong)
