"""Drafts of calls outlive the session in which they were typed, and are their writer's alone."""

from datetime import timedelta

import pytest

from shared.running.settings import SiteSettings
from shared.web.site.session import Sessions
from shared.web.site.visitors import Visitors
from tests.intake.given.calls import TYPED, call, handler
from tests.intake.given.letters import ENGLISH, contacts_kept
from tests.support.inside import Inside


async def test_what_was_typed_is_there_again_after_a_session_that_ended(
    intake: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with handler(intake) as (browser, desk):
        page = await call(browser, desk, ENGLISH)
        visitors = intake.part(Visitors)
        short = Sessions(SiteSettings(idle_minutes=20), visitors.sessions._seal, visitors.sessions._clock)
        short._idle = timedelta(seconds=-1)
        with monkeypatch.context() as patch:
            patch.setattr(visitors, "sessions", short)
            ended = await browser.send(page, "/desk/contacts", **TYPED, note="Rang from abroad")
        assert ended.heading == "Sign in"
        assert "What you typed is kept" in ended.words
        assert "abroad" not in str(ended.answer.url)
        back = await browser.send(ended, "/sign-in/persona", role="call-handler")
        assert back.path == f"/desk/letters/{ENGLISH}"
        fields = dict(back.form("/desk/contacts").fields)
        assert fields["note"] == "Rang from abroad"
        assert fields["_key"] == dict(page.form("/desk/contacts").fields)["_key"]
        await browser.send(back, "/desk/contacts")
        fresh = await browser.get(f"/desk/letters/{ENGLISH}")
    assert await contacts_kept(intake) == 1
    assert "abroad" not in fresh.words
    row = await intake.service.store["drafts"].find_one({})
    assert row is None


async def test_the_draft_of_one_person_is_not_shown_to_another(intake: Inside) -> None:
    async with handler(intake) as (browser, desk):
        await call(browser, desk, "Jane Citizen")
        kept = await intake.service.store["drafts"].find_one({})
    assert kept is not None
    assert b"Jane" not in kept["typed"]
    drafts = intake.part(Visitors)._drafts
    assert await drafts.of("call-handler", "/desk/unknown") is not None
    assert await drafts.of("somebody-else", "/desk/unknown") is None
