"""Exports have all that is kept about a customer, in every campaign and by any name."""

from pathlib import Path

from services.dispatcher.app import build_app
from services.dispatcher.settings import Settings
from tests.dispatcher.given.desk import Desk
from tests.dispatcher.given.known_customers import approve, line, send_list
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.dispatcher.given.subjects import OTHER, ask, in_arm, whom
from tests.support.clocks import NOON
from tests.support.inside import Corner, Inside, inside


async def test_an_export_has_a_list_that_another_replica_took_in_a_moment_ago(
    dispatcher: Inside, desk: Desk, corner: Corner, tmp_path: Path
) -> None:
    assert "suppression" not in (await ask(dispatcher, "export", whom(1))).json()["holdings"]
    settings = corner.settings(Settings, print_folder=tmp_path / "letters", spool_folder=tmp_path / "other-spool")
    async with inside(build_app(settings), corner) as replica:
        await send_list(replica, "dispute", line(1, "insolvent", "2027-01-01"))
        [listed] = (await ask(dispatcher, "export", whom(1))).json()["holdings"]["suppression"]
    assert (listed["list"], listed["reason"]) == ("dispute", "insolvent")


async def test_all_that_is_kept_about_a_customer_is_found_in_every_campaign_by_any_name(
    dispatcher: Inside, desk: Desk
) -> None:
    treated, control = (await in_arm(desk, "plain"))[0], (await in_arm(desk, "control"))[0]
    await desk.issue(*await desk.start(NOON))
    async with dispatcher.caller("analyst") as analyst:
        other = file([row(n, name="Angharad", stratum="large") for n in (treated, 50)])
        schema = {"reference": {"kind": "utr"}, "recently_contacted_days": 0}
        await approve(dispatcher, OTHER)
        await analyst.put(f"/v1/campaigns/{OTHER}/population/schema", json=schema)
        assert (await analyst.put(f"/v1/campaigns/{OTHER}/population", content=other)).status_code == 201
    await send_list(dispatcher, "dispute", line(treated, "insolvent", "2027-01-01"))
    answer = await ask(dispatcher, "export", whom(treated))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    holdings = answer.json()["holdings"]
    assert {each["campaign"]: each["said"]["name"] for each in holdings["population"]} == {
        CAMPAIGN: f"Gwenllian Ap Rhys {treated}", OTHER: "Angharad",
    }  # fmt: skip
    assert holdings["population"][0]["said"]["address"] == [f"{treated} Quillfeather Lane"]
    (letter,) = answer.json()["letters"]
    assert [(each["letter"], each["arm"], each["state"]) for each in holdings["communications"]] == [
        (letter, "plain", "issued")
    ]
    assert [(each["list"], each["reason"], each["from"]) for each in holdings["suppression"]] == [
        ("dispute", "insolvent", "2027-01-01")
    ]
    assert holdings["undertaken"] == [{"campaign": CAMPAIGN, "on": "2026-09-07"}]
    again = (await ask(dispatcher, "export", {"letter_reference": letter.lower()})).json()
    assert again["holdings"] == holdings
    assert [(each["who"], each["what"]) for each in again["seen_by"]] == [("data-protection", "subject.exported")] * 2
    left_alone = (await ask(dispatcher, "export", whom(control))).json()
    assert (left_alone["letters"], left_alone["holdings"]["communications"][0]["state"]) == ([], "control")
    assert (await ask(dispatcher, "export", whom(77))).status_code == 404
