"""Dispatching over HTTP: the sums, single communications, previews, and receipts that are sent to it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.dispatcher.app import build_app
from services.dispatcher.ledger.delivery_reports import DeliveryReports
from services.dispatcher.settings import Settings
from shared.contracts import CampaignApproved, CommunicationsIssued, CommunicationsReturned
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.people import CAMPAIGN
from tests.dispatcher.given.sending import Sending
from tests.support.inside import Corner, Inside, inside
from tests.support.samples import sample, stored

FILES = Path(__file__).parents[1] / "given" / "files"
OF_IT = f"/v1/campaigns/{CAMPAIGN}"
WELSH = {
    "language": "cy",
    "subject": "Incwm o osod tŷ",
    "body": "Annwyl **{{ name }}**\n\n* ŵyth\n* saith <b>{{ letter_reference }}</b>",
}
TOKEN = "a-token-that-was-agreed"


async def got(dispatcher: Inside, path: str, caller: str | None = "operator") -> httpx.Response:
    async with dispatcher.caller(caller) as operator:
        return await operator.get(f"{OF_IT}/{path}")


async def test_the_sums_tally_by_arm_and_one_communication_tells_its_story(issued: Desk, unapproved: Inside) -> None:
    sums = (await got(unapproved, "dispatch/reconciliation")).json()
    assert (sums["rows"], sums["left"], sums["tallies"]) == (60, 0, True)
    assert {arm["arm"]: (arm["assigned"], arm["issued"]) for arm in sums["arms"]} == {
        "control": (20, 0),
        "plain": (40, 40),
    }
    reference = issued.spoken.of(CommunicationsIssued)[0].communications[0].reference
    story = (await got(unapproved, f"communications/{reference}")).json()
    assert (story["arm"], story["state"], story["delivery"], story["plan"]) == ("plain", "issued", "issued", 1)
    assert (await got(unapproved, "communications/7KM2X-Q4R9E")).status_code == 404
    assert (await got(unapproved, "dispatch/audit", "helpline")).status_code == 403


async def test_a_letter_is_previewed_as_html_and_pdf_in_welsh_too(unapproved: Inside, tmp_path: Path) -> None:
    control, plain = stored(CampaignApproved)["arms"]
    letters = [plain["letters"][0] | {"agent": None}, WELSH]
    approved = sample(CampaignApproved, arms=[control, plain | {"letters": letters}])
    await Desk(unapproved, tmp_path).hear.approve(heard(approved))
    page = await got(unapproved, "previews/plain?language=cy")
    assert "<strong>Gwenllïan Ŵyn Enghraifft</strong>" in page.text
    assert "<li>ŵyth</li>" in page.text
    assert "<b>" not in page.text, "a letter brings no HTML of its own"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    for query in ("", "?language=cy", "?print_format=large-print"):
        pdf = await got(unapproved, f"previews/plain{query}{'&' if query else '?'}as_=pdf")
        assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
    assert (await got(unapproved, "previews/control")).status_code == 404
    assert (await got(unapproved, "previews/plain", None)).status_code == 401


@pytest.fixture
async def with_receipts(tmp_path: Path, mongo_url: str, database: str) -> AsyncIterator[Inside]:
    corner = Corner.made(tmp_path, mongo_url, database)
    notify = {"api_key": "x" * 80, "callback_token": TOKEN}
    settings = corner.settings(Settings, print_folder=tmp_path / "letters", notify=notify)
    async with inside(build_app(settings), corner) as running:
        yield running


async def test_notifys_receipts_are_taken_from_notify_alone(with_receipts: Inside, tmp_path: Path) -> None:
    printed = await Sending(with_receipts, tmp_path, "print").recorded()
    reference = printed.references()[0]
    receipt: dict[str, Any] = {"id": "740e5834-3a29-46b4-9a6f-16142fde533a", "reference": reference,
                               "to": "a@b.example",
                               "status": "delivered", "created_at": "2026-09-07T10:00:00.000000Z", "sent_at": None,
                               "completed_at": "2026-09-07T10:00:09.000000Z", "notification_type": "email"}  # fmt: skip

    async def sent(token: str | None, **changes: Any) -> int:
        async with with_receipts.caller(None) as notify:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            return (await notify.post("/v1/receipts/notify", json=receipt | changes, headers=headers)).status_code

    assert [await sent(None), await sent("another")] == [401, 401]
    assert [await sent(TOKEN), await sent(TOKEN, status="sending"), await sent(TOKEN, reference=None)] == [204] * 3
    assert await sent(TOKEN, reference="7KM2X-Q4R9E") == 404
    assert await sent(TOKEN, status="wonderful") == 204
    assert await sent(TOKEN, status="Left with a neighbour. $1 " + "x" * 900) == 204
    assert await sent(TOKEN, status="\u00a3") == 204
    entry = await printed.ledger.entry(CAMPAIGN, reference)
    assert (entry["delivery"], entry["provider_id"]) == ("delivered", receipt["id"])
    long = "left-with-a-neighbour-1-".ljust(60, "x")
    assert sorted(entry["words"]) == [long, "unreadable", "wonderful"], "a word that nobody knows is kept and shown"
    assert "a@b.example" not in str(entry)


@pytest.mark.parametrize("file", ["returned-letter.json", "returned-status.json"])
async def test_a_letter_that_notify_lists_as_returned_has_come_back_and_is_said_to_have_once(
    with_receipts: Inside, tmp_path: Path, file: str
) -> None:
    printed = await Sending(with_receipts, tmp_path, "print").recorded()
    await printed.ledger.finish(printed.chunk, ["print"], last=True)
    reference = printed.references()[0]
    desk = Desk(with_receipts, tmp_path / "letters")
    receipt = (FILES / file).read_text().replace("LETTER-REFERENCE", reference)
    with_receipts.part(DeliveryReports)._announcer = desk.spoken
    async with with_receipts.caller(None) as notify:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        answers = [await notify.post("/v1/receipts/notify", content=receipt, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert (await printed.ledger.entry(CAMPAIGN, reference))["delivery"] == "returned"
    events = {(event.reference, event.state) for event in desk.spoken.of(CommunicationsReturned)}
    assert events == {(reference, "returned")}
