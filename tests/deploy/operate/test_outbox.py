"""`otm outbox` shows what the broker refuses, and has it tried again."""

from datetime import UTC, datetime
from pathlib import Path

from services.planner.app import build_app
from services.planner.settings import Settings
from shared.contracts import CampaignPaused
from shared.events import first_event
from shared.messaging.envelope import sealed
from tests.deploy.given.otm import otm_on
from tests.support.inside import Corner, inside
from tests.support.samples import sample


async def test_what_waits_aside_is_listed_with_the_reason_and_tried_at_once_when_asked(
    tmp_path: Path, mongo_url: str, database: str
) -> None:
    corner = Corner.made(tmp_path, mongo_url, database)
    async with inside(build_app(corner.settings(Settings)), corner) as planner, planner.listening() as url:
        key, outbox = planner.key("operator")["Authorization"].removeprefix("Bearer "), planner.service.store.outbox
        event = first_event(sample(CampaignPaused), "planner", datetime.now(UTC))
        await outbox.keep_aside(sealed(event), "a queue is full")
        listed = await otm_on({"planner": url}, key, "outbox", "planner")
        assert listed.code == 1
        assert "campaign.paused.v1" in listed.printed
        assert "a queue is full" in listed.printed
        again = await otm_on({"planner": url}, key, "outbox", "planner", "--retry", "--json")
        assert again.json["planner"][0]["ids"] == [event.id]
        assert [row.envelopes[0].id for row in await outbox.overdue(1)] == [event.id]
