"""Every notice can be found again with what it said and what became of it, and sent once more."""

from datetime import timedelta

from services.notifier.notices.attempts import Result
from services.notifier.notices.notice import State
from shared.storage.audit.trail import MongoAuditTrail
from tests.notifier.given.desk import Desk
from tests.notifier.given.notices import notice
from tests.notifier.given.post_room import several
from tests.support.clocks import NOON
from tests.support.smtp import PostOffice

ONE = notice().id


async def sent(desk: Desk) -> None:
    await desk.notices.add([notice()], [])
    await desk.delivery.step()
    await desk.delivery.idle()
    while await desk.delivery.say():
        pass


async def test_history_is_listed_by_the_page_and_by_what_one_looks_for(desk: Desk) -> None:
    made = [
        each.model_copy(update={"created_at": NOON + timedelta(minutes=number // 2), "team": f"team-{number % 2}"})
        for number, each in enumerate(several(7))
    ]
    await desk.notices.add(made, [])
    async with desk.notifier.caller("operator") as operator:
        found, query = [], {"limit": "3"}
        while True:
            page = (await operator.get("/v1/notices", params=query)).json()
            found += page["notices"]
            if page["next"] is None:
                break
            query["after"] = page["next"]
        newest_first = sorted(made, key=lambda each: (each.created_at, each.id), reverse=True)
        assert [each["id"] for each in found] == [each.id for each in newest_first]
        for query, expected in (
            ({"team": "team-1"}, 3), ({"state": "failed"}, 0), ({"campaign": "OTM-26-0001"}, 0),
            ({"since": (NOON + timedelta(minutes=3)).isoformat()}, 1),
            ({"until": (NOON + timedelta(minutes=1)).isoformat()}, 2),
            ({"thread": made[4].thread, "channel": "email", "rule": "launch-date"}, 1),
        ):  # fmt: skip
            assert len((await operator.get("/v1/notices", params=query)).json()["notices"]) == expected, query
        for query, status in (({"after": "nonsense"}, 400), ({"limit": "0"}, 422), ({"tema": "x"}, 422)):
            assert (await operator.get("/v1/notices", params=query)).status_code == status, query


async def test_the_last_page_of_history_is_never_empty(desk: Desk) -> None:
    await desk.notices.add(several(4), [])
    async with desk.notifier.caller("operator") as operator:
        first = (await operator.get("/v1/notices", params={"limit": "2"})).json()
        last = (await operator.get("/v1/notices", params={"limit": "2", "after": first["next"]})).json()
    assert (len(first["notices"]), len(last["notices"]), last["next"]) == (2, 2, None)


async def test_a_notice_shows_what_it_said_and_every_attempt(desk: Desk, office: PostOffice) -> None:
    office.answers["RCPT"] = "450 later"
    await sent(desk)
    office.answers.clear()
    desk.clock.move(seconds=10)
    await desk.delivery.step()
    await desk.delivery.idle()
    async with desk.notifier.caller("operator") as operator:
        shown = (await operator.get(f"/v1/notices/{ONE}")).json()
        assert shown["content"]["text"] == notice().content.text
        assert [(each["result"], each["reason"]) for each in shown["tries"]] == [
            ("not-taken", "mail-not-taken"), ("taken", None)
        ]  # fmt: skip
        assert (await operator.get("/v1/notices/5f2b7c1e-2d4a-4b8e-9c3f-0a1d2e3f4b5c")).status_code == 404
    async with desk.notifier.caller("helpline") as helpline:
        assert (await helpline.get("/v1/notices")).status_code == 403
        assert (await helpline.post(f"/v1/notices/{ONE}/resend")).status_code == 403


async def test_resending_is_another_message_of_the_same_notice_and_leaves_a_trace(
    desk: Desk, office: PostOffice
) -> None:
    await sent(desk)
    async with desk.notifier.caller("operator") as operator:
        answer = await operator.post(f"/v1/notices/{ONE}/resend")
        assert (answer.status_code, answer.json()["state"], answer.json()["resent"]) == (202, "pending", 1)
        assert (await operator.post(f"/v1/notices/{ONE}/resend")).status_code == 409  # it is on its way
        desk.clock.move(days=10_000)  # the service itself goes by the real time
        await desk.delivery.step()
        await desk.delivery.idle()
        await desk.delivery.say()
        ids = [message["Message-ID"] for message in office.messages]
        assert ids == [f"<{ONE}@authority.example>", f"<{ONE}.1@authority.example>"]
        shown = (await operator.get(f"/v1/notices/{ONE}")).json()
        assert (shown["state"], shown["attempts"], len(shown["tries"])) == ("sent", 1, 2)
        await desk.notices.void([notice().thread], NOON)
        assert (await operator.post(f"/v1/notices/{ONE}/resend")).status_code == 409  # it holds no more
        assert (await operator.post("/v1/notices/5f2b7c1e-2d4a-4b8e-9c3f-0a1d2e3f4b5c/resend")).status_code == 404
    trail = desk.notifier.part(MongoAuditTrail)
    asked = [entry async for entry in trail.entries()]
    assert (asked[0].who, asked[0].what, asked[0].details["notice"]) == ("operator", "notice.resend-asked", ONE)
    assert await trail.broken() is None


async def test_a_resent_notice_has_all_its_tries_again(desk: Desk, office: PostOffice) -> None:
    office.answers["RCPT"] = "550 nobody"
    await sent(desk)
    failed = await desk.notices.get(ONE)
    assert failed is not None
    assert (failed.state, failed.tries[-1].result) == (State.FAILED, Result.REFUSED)
    office.answers.clear()
    assert await desk.notices.send_again(failed, NOON)
    assert not await desk.notices.send_again(failed, NOON)  # asked for twice at once, it goes once
    await desk.delivery.step()
    await desk.delivery.idle()
    assert len(office.messages) == 1
