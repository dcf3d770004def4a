"""Every notice that the rulebook asks for can be written from what events say, and reads well."""

import pytest

from services.notifier.messages import HEARS
from services.notifier.notice import Notice
from shared.contracts import (
    CampaignApproved,
    CampaignCompleted,
    CampaignPaused,
    CampaignResumed,
    CampaignStopped,
    Contract,
)
from tests.notifier.desk import Desk, heard
from tests.support.samples import sample, stored


@pytest.fixture
async def written(desk: Desk) -> dict[str, Notice]:
    """Every event of the catalogue that notifier hears, as the frozen samples have them; the notices by rule."""
    await desk.approved()
    for contract in HEARS:
        await HEARS[contract](desk.hear, heard(sample(contract)))
    desk.clock.move(minutes=15)
    await desk.digests.step()
    return {notice.rule: notice for notice in await desk.made()}


async def test_every_rule_of_the_rulebook_makes_its_notice_from_the_samples(
    desk: Desk, written: dict[str, Notice]
) -> None:
    assert set(written) == {rule.code for rule in desk.book.rules}
    for rule in desk.book.rules:
        notice = written[rule.code]
        assert notice.address == desk.book.teams[notice.team].email
        assert notice.team == ("debt-management" if rule.team == "*" else rule.team)
        assert notice.content.subject.startswith("OTM-26-0042")
        for text in (notice.content.subject, notice.content.text, notice.content.html):
            assert text.strip()
            assert not [sign for sign in ("{{", "}}", "{%", "None", "Subject:", "<bound") if sign in text]


async def test_call_handlers_learn_how_many_calls_to_expect_and_what_to_say(written: dict[str, Notice]) -> None:
    notice = written["advance-notice"]
    assert notice.content.subject == "OTM-26-0042: calls to expect from Monday 7 September 2026"
    assert "159 in all (between 85 and 233)" in notice.content.text  # the sums of the sample's three days
    assert "| Tue 08 Sep | 32 | 60 | 87 |" in notice.content.text
    assert "| Mon 07 Sep |" not in notice.content.text  # when nobody is expected
    assert notice.content.html.count("<tr>") == 3
    assert "**Why did I get this letter?**\n\nA letting agent told us" in notice.content.text
    assert "Pam y cefais" not in notice.content.text


async def test_what_is_counted_is_told_in_figures(written: dict[str, Notice]) -> None:
    done = written["dispatch-completed"].content
    assert "Of 24,950 rows, 350 were rejected and 200 suppressed." in done.text
    assert "| control (control) | 8133 | 0 | 0 |" in done.text
    assert done.html.count("<tr>") == 3
    assert "10,000 communications" in written["wave-started"].content.text
    assert "25,000 customers" in written["approval-wanted"].content.text
    assert "asked to act by Friday 30 October 2026" in written["launch-date"].content.text


async def test_a_change_of_course_is_told_with_its_reason(written: dict[str, Notice]) -> None:
    rules: dict[str, type[Contract]] = {
        "paused": CampaignPaused,
        "resumed": CampaignResumed,
        "stopped": CampaignStopped,
        "lessons": CampaignCompleted,
    }
    for rule, contract in rules.items():
        content = written[rule].content
        assert content.subject == f"OTM-26-0042 was {contract.event_type.split('.')[1]}"
        assert f"Reason: {stored(contract)['reason']}" in content.text


async def test_what_staff_write_is_text_in_an_e_mail_and_never_html(desk: Desk) -> None:
    await desk.approved()
    title = "Landlords <script>alert(1)</script> & agents"
    await desk.hear.announce_campaign(heard(sample(CampaignApproved, title=title, risk="<img src=x onerror=y>")))
    for notice in await desk.made():
        assert "<script" not in notice.content.html
        assert "<img" not in notice.content.html
        assert "&lt;script&gt;" in notice.content.html
