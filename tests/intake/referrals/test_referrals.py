"""Contacts reach the team they are for, by the campaign's own rules, and each team works through its own list."""

from importlib.resources import files
from typing import Any

import yaml

from services.intake.campaigns.routing import default_routing, default_rules
from services.intake.disclosures.assignment import DEFAULT_PROCESS
from shared.contracts import ReferralRaised
from tests.intake.given.letters import ENGLISH, report, send
from tests.support.inside import Inside

SAID = {"kind": "disclosure", "description": "Two flats were left out"}
RULES: dict[str, Any] = {
    "teams": ["payment-helpline"],
    "rules": [
        {"reason": "cannot-pay", "channel": "post", "team": "debt-management", "why": "letter"},
        {"reason": "cannot-pay", "team": "payment-helpline", "why": "time-to-pay"},
        {"reason": "why-me", "team": "press-office", "why": "newsworthy"},
    ],
}


async def call(intake: Inside, method: str, path: str, subject: str = "debt-adviser", **more: Any) -> Any:
    async with intake.caller(subject) as caller:
        return await caller.request(method, f"/v1/{path}", **more)


async def test_a_team_accepts_and_closes_what_it_was_passed_and_sees_nothing_else(intake: Inside) -> None:
    owed = {"kind": "extra-facts", "description": "Two jobs", "items": [
        {"what": "one", "amount_pence": 50_000}, {"what": "another", "amount_pence": 70_000}]}  # fmt: skip
    await send(intake, report(reason="cannot-pay", volunteered=owed))
    await send(intake, report(reason="complaint"))
    (item,) = (await call(intake, "GET", "referrals")).json()["items"]
    assert (item["team"], item["reason"]) == ("debt-management", "time-to-pay")
    assert item["details"]["expected_liability_pence"] == 120_000
    path = f"referrals/{item['id']}"
    assert (await call(intake, "POST", f"{path}/close", json={"why": "paid"})).status_code == 409
    for _ in range(2):
        assert (await call(intake, "POST", f"{path}/accept")).json()["state"] == "accepted"
    closed = (await call(intake, "POST", f"{path}/close", json={"why": "arranged"})).json()
    assert [(step["state"], step["why"]) for step in closed["history"]] == [("accepted", None), ("closed", "arranged")]
    assert (await call(intake, "GET", "referrals")).json() == {"items": [], "next": None}
    (complaint,) = (await call(intake, "GET", "referrals", "intake-lead")).json()["items"]
    for step in ("", "/accept"):
        method = "POST" if step else "GET"
        assert (await call(intake, method, f"referrals/{complaint['id']}{step}")).status_code == 404
    assert (await call(intake, "GET", "referrals", "helpline")).status_code == 403


async def test_a_returned_referral_can_be_raised_anew_for_another_team(intake: Inside) -> None:
    contact = (await send(intake, report(reason="cannot-pay"))).json()["contact"]
    (item,) = (await call(intake, "GET", "referrals")).json()["items"]
    returned = (await call(intake, "POST", f"referrals/{item['id']}/return", json={"why": "not-ours"})).json()
    assert returned["state"] == "returned"
    details = {"support_offered": "A home visit", "message": "Cannot leave the house"}
    body = {"team": "extra-support", "reason": "home-visit", "details": details}
    made = [
        (await call(intake, "POST", f"contacts/{contact}/referrals", "helpline", json=body,
                    headers={"Idempotency-Key": "r"})).json()
        for _ in range(2)
    ]  # fmt: skip
    assert made[0] == made[1]
    other = await call(intake, "POST", f"contacts/{contact}/referrals", "helpline", json=body | {"team": "complaints"},
                       headers={"Idempotency-Key": "r"})  # fmt: skip
    assert other.status_code == 409
    said = [ReferralRaised.model_validate_json(e.body).team for e in await intake.said() if "referral" in e.type]
    assert said == ["debt-management", "extra-support"]
    item = (await call(intake, "GET", f"referrals/{made[0]['id']}", "intake-lead")).json()
    assert {name: item["details"][name] for name in details} == details
    stored = "".join([str(row) async for row in intake.service.store["referrals"].find()])
    assert "home visit" not in stored


async def test_a_campaign_may_have_rules_of_its_own(intake: Inside) -> None:
    path = "campaigns/OTM-26-0042/routing"
    assert len((await call(intake, "GET", path, "helpline")).json()["rules"]) == 4
    assert (await call(intake, "PUT", path, "helpline", json=RULES)).status_code == 403
    assert (await call(intake, "PUT", path, "intake-lead", json=RULES)).json()["campaign_known"] is True
    referred = [
        (await send(intake, report(letter_reference=letter, reason=reason, channel=channel))).json()["referred_to"]
        for letter, reason, channel in (
            (ENGLISH, "cannot-pay", "post"), (ENGLISH, "cannot-pay", "phone"), (ENGLISH, "why-me", "web"),
            (ENGLISH, "complaint", "phone"), (None, "complaint", "phone"),
        )
    ]  # fmt: skip
    assert referred == [
        ["debt-management", "payment-helpline"],
        ["payment-helpline"],
        ["press-office"],
        [],
        ["complaints"],
    ]


async def test_rules_that_would_pass_customers_to_nobody_are_refused_unless_they_bring_the_team(intake: Inside) -> None:
    mistyped = {"rules": [*RULES["rules"][:1], {"reason": "cannot-pay", "team": "dept-management", "why": "typo"}]}
    refused = await call(intake, "PUT", "campaigns/OTM-26-0042/routing", "intake-lead", json=mistyped)
    (problem,) = refused.json()["problems"]
    assert (refused.status_code, problem["field"], problem["rule"]) == (422, "rules.1.team", "known")
    assert "debt-management" in problem["message"]
    assert "dept-management" not in refused.text
    early = mistyped | {"teams": ["dept-management"]}
    taken = await call(intake, "PUT", "campaigns/OTM-26-0099/routing", "intake-lead", json=early)
    assert (taken.status_code, taken.json()["campaign_known"]) == (200, False)


async def test_an_unknown_team_is_refused_by_naming_those_that_exist(intake: Inside) -> None:
    """A campaign may have teams of its own, which are none for a letter that nobody knows."""
    await call(intake, "PUT", "campaigns/OTM-26-0042/routing", "intake-lead", json=RULES)
    own, unknown = [
        (await send(intake, report(letter_reference=letter, volunteered=SAID))).json() for letter in (ENGLISH, None)
    ]

    async def pass_on(contact: dict[str, Any], team: str) -> list[Any]:
        refer, route = f"contacts/{contact['contact']}/referrals", f"disclosures/{contact['disclosure']}/route"
        await call(intake, "POST", f"disclosures/{contact['disclosure']}/acknowledge", "intake-lead")
        body = {"team": team, "reason": "other"}
        return [await call(intake, "POST", refer, "intake-lead", json=body),
                await call(intake, "POST", route, "intake-lead", json={"team": team})]  # fmt: skip

    refused = [
        *await pass_on(own, "dept-management"), *await pass_on(unknown, "dept-management"),
        *await pass_on(unknown, "payment-helpline"),
    ]  # fmt: skip
    assert [answer.status_code for answer in refused] == [422] * 6
    assert {answer.json()["problems"][0]["field"] for answer in refused} == {"team"}
    assert "press-office" in refused[0].json()["title"]
    assert ["payment-helpline" in answer.json()["title"] for answer in refused] == [True, True, *[False] * 4]
    assert await intake.service.store["referrals"].count_documents({}) == 0
    for team in ("debt-management", "payment-helpline"):
        assert [answer.is_success for answer in await pass_on(own, team)] == [True, True]


def test_notifier_can_tell_every_team_that_intake_passes_customers_to() -> None:
    directory = yaml.safe_load(files("services.notifier").joinpath("rulebook/files/directory.yaml").read_text())
    assert default_routing().teams <= set(directory["teams"])
    assert {rule.team for rule in default_rules().rules} | {DEFAULT_PROCESS.owner} <= default_routing().teams
