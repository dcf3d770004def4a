"""A campaign that is live: what it brings to teams by week at planner, and a morning of contacts at intake."""

import json
from datetime import datetime, timedelta
from typing import Any

from shared.contracts import CapacityChanged, ContactVolumeForecast
from tests.intake.given.letters import CALLED, OTHER_ARM, handlers, report
from tests.planner.given.hearing import heard
from tests.planner.given.people import People
from tests.planner.given.plans import plan
from tests.support.inside import Inside
from tests.support.samples import sample

BEGINS = datetime.fromisoformat("2026-09-10T07:00:00+00:00")
BY_QUARTER = (3, 4, 6, 8, 9, 11, 12, 12, 11, 11, 10, 9, 9, 8, 8, 9, 10, 10, 9, 9, 8, 7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 2,
              2, 2, 2, 1, 1, 1, 1, 1)  # fmt: skip
"""The shape of a day from eight to six: busiest towards ten, and once more after lunch."""
CAME = (3, 4, 5, 9, 8, 12, 15, 14, 12, 13, 9, 11, 10, 8, 9, 11, 12, 9, 10, 8)
"""Contacts of each quarter of an hour until now."""
TAKERS = (("help-to-act", "customer-services", 0.6), ("cannot-pay", "debt-management", 0.25),
          ("extra-support", "extra-support", 0.1), ("complaint", "complaints", 0.05))  # fmt: skip


async def campaign_that_is_live(people: People) -> str:
    """Launches a campaign of another tax and another group, so that it clashes with none; returns its reference."""
    group = plan()["groups"][0] | {"code": "late-filers", "description": "Traders whose VAT returns come late."}
    takers = [{"reason": reason, "team": team, "share": share} for reason, team, share in TAKERS]
    await people.live(
        title="VAT returns that come late",
        purpose="Have VAT returns sent in time, without opening checks.",
        regime="vat",
        groups=[group],
        contact_assumptions={"takers": takers},
    )
    return people.campaign.rpartition("/")[2]


async def morning(intake: Inside) -> None:
    """Lets intake hear of a forecast for today and a capacity, and of the contacts that came so far."""
    hear = handlers(intake)
    days = [{"on": BEGINS.date().isoformat(), "hundredths": sum(BY_QUARTER) * 100}]
    teams = [{"team": "customer-services", "percent": 100}]
    forecast = sample(ContactVolumeForecast, days=days, teams=teams, quarter_weights=BY_QUARTER)
    await hear.note_forecast(heard(forecast))
    await hear.note_capacity(heard(sample(CapacityChanged, contacts=380, base_load=80, exceptions=[])))
    lines = [_contact(BEGINS + timedelta(minutes=15 * quarter, seconds=40 * number))
             for quarter, count in enumerate(CAME) for number in range(count)]  # fmt: skip
    async with intake.caller("helpline") as helpline:
        content = "\n".join(json.dumps(line) for line in lines)
        answer = await helpline.post("/v1/contacts/batch", content=content.encode())
        assert answer.status_code == 200, answer.text


def _contact(at: datetime) -> dict[str, Any]:
    assert at < CALLED
    return report(letter_reference=OTHER_ARM, received_at=at.isoformat())
