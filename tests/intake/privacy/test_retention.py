"""Retention deletes each type of record when its time has passed."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.intake import app
from services.intake.privacy.retention import expect_blocks
from shared.clock import ShiftedClock
from shared.errors import Invalid
from shared.retention.policy import load_policy
from shared.retention.retention import Retention
from shared.storage.audit.trail import MongoAuditTrail
from tests.intake.given.letters import SendContact, contacts_kept, send_in_a_stream
from tests.intake.given.subjects import SECRETS, customer_in_touch, stored
from tests.support.inside import Corner, Inside


async def test_each_type_of_record_goes_when_its_time_has_passed(
    intake: Inside, corner: Corner, send_contact: SendContact
) -> None:
    await customer_in_touch(intake, corner, send_contact)
    names = ("contact_history", "referrals", "disclosures", "outcomes", "letters")
    contacts = 9 if send_contact is send_in_a_stream else 3

    async def held(after_days: int) -> list[int]:
        now = ShiftedClock(corner.home.clock).now()
        corner.move_clock(now + timedelta(days=after_days))
        while await intake.part(Retention).step():
            pass
        others = [await intake.service.store[name].count_documents({}) for name in names]
        return [await contacts_kept(intake), *others]

    assert await held(0) == [contacts, 1, 1, 1, 1, 6]
    assert await held(1_000) == [contacts, 1, 1, 1, 1, 6]
    assert await held(200) == [0, 0, 0, 1, 1, 6]
    assert await held(1_100) == [0, 0, 0, 1, 0, 0], "what is not resolved is never deleted unseen"
    await intake.service.store["disclosures"].update_many({}, {"$set": {"open": False}})
    assert await held(0) == [0] * 6
    assert await intake.service.store["contacts"].count_documents({}) == 0, "no empty blocks either"
    text = await stored(intake)
    assert [secret for secret in SECRETS if secret in text] == []
    deleted = {
        entry.details["type"]: entry.details["count"]
        async for entry in intake.part(MongoAuditTrail).entries()
        if entry.what == "retention.deleted"
    }
    assert deleted == {
        "contacts": contacts, "contact-history": 1, "referrals": 1, "outcomes": 1, "letters": 6, "disclosures": 1,
    }  # fmt: skip


@pytest.mark.parametrize("change", [{"since": "received_at"}, {"unless": {"void": True}}])
def test_contacts_are_kept_by_nothing_that_a_block_of_them_does_not_say(tmp_path: Path, change: dict[str, Any]) -> None:
    policy = yaml.safe_load(Path(app.__file__).with_name("retention.yaml").read_text())
    policy[0] |= change
    (tmp_path / "retention.yaml").write_text(yaml.safe_dump(policy))
    with pytest.raises(Invalid, match="recorded_at"):
        expect_blocks(load_policy(tmp_path / "retention.yaml"))
