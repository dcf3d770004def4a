"""A person says of each e-mail in doubt whether it went, and only what did not go is sent again."""

from collections import Counter
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from shared.contracts import CommunicationsIssued, DispatchCompleted
from tests.deploy.given.otm import otm_on
from tests.dispatcher.given.people import CAMPAIGN
from tests.dispatcher.given.waiting import CUSTOMERS, cut_short, ready, smtp
from tests.support.inside import Inside
from tests.support.smtp import PostOffice, post_office

UNCONFIRMED = f"/v1/campaigns/{CAMPAIGN}/dispatch/unconfirmed"


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with post_office() as office:
        yield office


async def test_what_did_not_go_is_sent_what_went_is_said_and_of_the_rest_nothing_more_is_expected(
    dispatcher: Inside, tmp_path: Path, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, chunk = await ready(dispatcher, tmp_path, "email", smtp=smtp(office))
    await cut_short(desk, chunk, monkeypatch, before="results")
    gone = [str(message["Message-ID"]).strip("<>").partition("@")[0] for message in office.messages]
    office.messages.clear()
    async with dispatcher.caller("analyst") as analyst:
        assert {each["reference"] for each in (await analyst.get(UNCONFIRMED)).json()} == set(gone)
        for letter, became in zip(gone, ["sent", "not-sent", *["unknown"] * (len(gone) - 2)], strict=True):
            answer = await analyst.post(f"{UNCONFIRMED}/{letter}", json={"became": became})
            assert answer.status_code == 204, answer.text
        assert (await analyst.post(f"{UNCONFIRMED}/{gone[0]}", json={"became": "not-sent"})).status_code == 409
        assert (await analyst.get(UNCONFIRMED)).json() == []
    await desk.issue(chunk)
    again = Counter(str(message["Message-ID"]).strip("<>").partition("@")[0] for message in office.messages)
    assert again[gone[1]] == 1
    assert len(again) == CUSTOMERS - len(gone) + 1
    said = [c.reference for event in desk.spoken.of(CommunicationsIssued) for c in event.communications]
    assert sorted(said) == sorted([gone[0], *again])
    assert await desk.ledger() == {("plain", "issued"): len(said), ("plain", "failed"): len(gone) - 2}
    (completed,) = desk.spoken.of(DispatchCompleted)
    assert [(arm.issued, arm.failed) for arm in completed.arms] == [(len(said), len(gone) - 2)]


async def test_nobody_is_sent_again_what_a_worker_has_in_hand(
    dispatcher: Inside, tmp_path: Path, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, chunk = await ready(dispatcher, tmp_path, "email", smtp=smtp(office))
    await cut_short(desk, chunk, monkeypatch, before="results")
    assert await desk.repository.claim(f"{CAMPAIGN}:{chunk:06d}", "somebody")
    async with dispatcher.caller("analyst") as analyst:
        (letter, *_) = (await analyst.get(UNCONFIRMED)).json()
        answer = await analyst.post(f"{UNCONFIRMED}/{letter['reference']}", json={"became": "not-sent"})
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    async with dispatcher.caller("operator") as operator:
        answer = await operator.post(f"{UNCONFIRMED}/{letter['reference']}", json={"became": "sent"})
        assert answer.status_code == 403


async def test_a_person_sees_and_settles_them_by_command(
    dispatcher: Inside, tmp_path: Path, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, chunk = await ready(dispatcher, tmp_path, "email", smtp=smtp(office))
    await cut_short(desk, chunk, monkeypatch, before="results")
    async with dispatcher.listening() as url:
        key = dispatcher.key("analyst")["Authorization"].removeprefix("Bearer ")
        otm = partial(otm_on, {"dispatcher": url}, key, "dispatch")
        found = await otm("unconfirmed", CAMPAIGN, "--json")
        assert found.code == 1
        letters = [each["reference"] for each in found.json]
        settled = await otm("settle", CAMPAIGN, *letters, "--became", "not-sent")
        assert (settled.code, len(settled.printed.splitlines())) == (0, len(letters))
        none = await otm("unconfirmed", CAMPAIGN)
        assert (none.code, none.printed.strip()) == (0, "None is unconfirmed")
