"""A dispatcher that is killed while it hands communications to GOV.UK Notify or to a mail server: the provider takes
none twice, and the ledger says what the provider has, and of which nobody knows."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from shared.contracts import CampaignApproved, CampaignLaunched, CommunicationsIssued, DispatchCompleted
from shared.working_days import add_working_days
from tests.dispatcher.given.people import HEADER, file, row
from tests.journeys.dispatcher_alone import DAYS, MONDAY, Campaign, dispatchers
from tests.support.ground import Ground
from tests.support.notify import API_KEY, TEMPLATES, notify
from tests.support.samples import sample, stored
from tests.support.smtp import post_office

CUSTOMERS = 600
TRIED, NOT_KEPT = "group: to be tried, not handed over", "group: handed over, results not kept"
TAKEN_BY_NOTIFY = "group: one taken by Notify, others on their way"
TAKEN_BY_SMTP = "group: one taken by SMTP, others on their way"
DONE = "chunk: printed, not finished"
IN_DOUBT = 20 * 4
"""Communications at most that are in doubt after a crash: a group of each chunk that a dispatcher has in hand."""

pytestmark = pytest.mark.long


async def play(campaign: Campaign, *channels: str) -> list[dict[str, Any]]:
    """A control arm, and one for each channel, to 600 customers on twelve days that are over; gives the ledger."""
    control, plain = stored(CampaignApproved)["arms"]
    letters = [letter | {"agent": None} for letter in plain["letters"]]
    arms = [plain | {"code": f"by-{channel}", "channel": channel, "letters": letters} for channel in channels]
    days = [add_working_days(MONDAY.date(), n).isoformat() for n in range(DAYS)]
    waves = [{"number": n, "on": day, "size": CUSTOMERS // DAYS} for n, day in enumerate(days, start=1)]
    await campaign.say(sample(CampaignApproved, arms=[control, *arms], waves=waves))
    rows = [row(n, email=f"c{n}@example.org", address_1=f"{n} Quillfeather Lane") for n in range(CUSTOMERS)]
    await campaign.load([file(rows, (*HEADER, "email"))])
    await campaign.decide(CampaignLaunched, plan_version=1)
    await campaign.days_pass()
    await campaign.a_week_passes()
    await campaign.completed()
    return campaign.ledger()


def expect_all_told(campaign: Campaign, ledger: list[dict[str, Any]]) -> None:
    """Everybody is in the ledger once and nothing is left open, and the events say the same as the ledger."""
    assert sorted(entry["row"] for entry in ledger) == list(range(1, CUSTOMERS + 1))
    assert {entry["state"] for entry in ledger} <= {"control", "issued", "failed"}
    issued = {entry["_id"]: entry["arm"] for entry in ledger if entry["state"] == "issued"}
    events = [c for event in campaign.said(CommunicationsIssued) for c in event.communications]
    assert {c.reference: c.arm for c in events} == issued
    assert len(events) == len(issued)
    (done,) = campaign.said(DispatchCompleted)
    assert sum(arm.issued for arm in done.arms) == len(issued)
    assert sum(arm.failed for arm in done.arms) == sum(entry["state"] == "failed" for entry in ledger)


@pytest.mark.parametrize("crashes", [(TRIED, TAKEN_BY_NOTIFY), (NOT_KEPT, DONE)])
async def test_notify_takes_each_communication_once_whenever_we_are_killed(
    ground: Ground, amqp_url: str, tmp_path: Path, crashes: tuple[str, ...]
) -> None:
    die_at = [f"--die-at={point}" for point in crashes]
    async with notify() as stand_in:
        settings = {"OTM_NOTIFY__API_KEY": API_KEY, "OTM_NOTIFY__BASE_URL": stand_in.url,
                    "OTM_NOTIFY__LETTER_TEMPLATE": TEMPLATES["letter"],
                    "OTM_NOTIFY__EMAIL_TEMPLATE": TEMPLATES["email"]}  # fmt: skip
        tampering = (*die_at, "--short-claims")
        async with dispatchers(ground, amqp_url, tmp_path, *tampering, replicas=1, environment=settings) as campaign:
            ledger = await play(campaign, "letter", "email")
            audit = await campaign.look("dispatch/audit")
    assert len(list((tmp_path / "markers").iterdir())) == len(crashes)
    expect_all_told(campaign, ledger)
    assert audit["findings"] == {}
    failed = [entry for entry in ledger if entry["state"] == "failed"]
    assert {entry["reason"] for entry in failed} <= {"unconfirmed"}
    assert len(failed) <= len(crashes) * IN_DOUBT, "those of other chunks were noted and had not left yet"
    taken = Counter(notification["reference"] for notification in stand_in.notifications)
    assert set(taken.values()) == {1}, "nothing was taken twice"
    recorded = {(entry["_id"], entry["provider_id"]) for entry in ledger if entry["state"] == "issued"}
    assert recorded == {(notification["reference"], notification["id"]) for notification in stand_in.notifications}
    to_whom = {notification["reference"]: notification["email_address"] for notification in stand_in.notifications}
    by_email = [entry for entry in ledger if entry["arm"] == "by-email" and entry["state"] == "issued"]
    assert {entry["_id"]: f"c{entry['row'] - 1}@example.org" for entry in by_email} == {
        reference: address for reference, address in to_whom.items() if address
    }


@pytest.mark.parametrize("crashes", [(TRIED, TAKEN_BY_SMTP), (NOT_KEPT, DONE)])
async def test_an_e_mail_goes_once_or_is_unconfirmed_whenever_we_are_killed(
    ground: Ground, amqp_url: str, tmp_path: Path, crashes: tuple[str, ...]
) -> None:
    die_at = [f"--die-at={point}" for point in crashes]
    async with post_office() as office:
        settings = {"OTM_SMTP__HOST": "127.0.0.1", "OTM_SMTP__PORT": str(office.port),
                    "OTM_SMTP__SENDER": "tax@authority.example", "OTM_SMTP__START_TLS": "false"}  # fmt: skip
        tampering = (*die_at, "--short-claims")
        async with dispatchers(ground, amqp_url, tmp_path, *tampering, replicas=1, environment=settings) as campaign:
            ledger = await play(campaign, "email")
    assert len(list((tmp_path / "markers").iterdir())) == len(crashes)
    expect_all_told(campaign, ledger)
    taken = Counter(message["Message-ID"] for message in office.messages)
    assert set(taken.values()) == {1}, "nothing was taken twice"
    issued = {entry["provider_id"] for entry in ledger if entry["state"] == "issued"}
    failed = {f"<{e['_id']}@authority.example>": e["reason"] for e in ledger if e["state"] == "failed"}
    assert set(failed.values()) == {"unconfirmed"}
    assert issued <= taken.keys() <= issued | failed.keys(), "what is neither issued nor in doubt was not sent"
    assert len(failed) <= len(crashes) * IN_DOUBT
    assert taken.keys() & failed.keys(), "some went, and nobody here can say so"
