"""References of a campaign's own: the same one is another customer in each campaign."""

from pathlib import Path

import pytest

from tests.dispatcher.given.cases import CASES, NAMES, OTHER, case, declare, issue, ledger, load, loaded, send_list
from tests.dispatcher.given.desk import Desk
from tests.dispatcher.given.known_customers import approve
from tests.dispatcher.given.people import CAMPAIGN
from tests.dispatcher.given.subjects import ask
from tests.support.inside import Inside

BOTH = (CAMPAIGN, OTHER)


@pytest.fixture
async def desk(dispatcher: Inside, tmp_path: Path) -> Desk:
    desk = Desk(dispatcher, tmp_path / "letters")
    await loaded(dispatcher, desk)
    return desk


async def names_of(dispatcher: Inside, campaign: str, number: int) -> list[str]:
    """Returns the names that the populations have for the customer of that reference."""
    holdings = (await ask(dispatcher, "export", case(number, campaign))).json().get("holdings", {})
    return [each["said"]["name"] for each in holdings.get("population", [])]


async def test_a_customers_request_is_not_applied_to_another_with_the_same_reference(
    dispatcher: Inside, desk: Desk
) -> None:
    assert [await names_of(dispatcher, campaign, 1) for campaign in BOTH] == [[NAMES[CAMPAIGN]], [NAMES[OTHER]]]
    restriction = {"whom": case(1, CAMPAIGN), "reason": "objects"}
    assert (await ask(dispatcher, "restrict", restriction)).status_code == 204
    shown = [(await ask(dispatcher, "export", case(1, campaign))).json() for campaign in BOTH]
    assert [answer["restricted"] for answer in shown] == [True, False]
    assert [len(answer["seen_by"]) for answer in shown] == [3, 2], "the restriction is in the first one's trail alone"
    assert (await ask(dispatcher, "lift", {"whom": case(1, CAMPAIGN), "reason": "withdrawn"})).status_code == 204
    erasure = {"whom": case(1, CAMPAIGN), "ground": "objection"}
    assert (await ask(dispatcher, "erase", erasure)).json() == {"erased": {"population": 1}, "refused": []}
    assert [await names_of(dispatcher, campaign, 1) for campaign in BOTH] == [[], [NAMES[OTHER]]]


async def test_two_of_the_same_reference_have_tokens_of_their_own_and_each_gets_their_letter(
    dispatcher: Inside, desk: Desk
) -> None:
    await issue(desk)
    entries = [await ledger(desk, campaign) for campaign in BOTH]
    assert {entry["state"] for each in entries for entry in each.values()} == {"issued", "control"}
    assert len({entry["customer"] for each in entries for entry in each.values()}) == 2 * CASES
    issued = {number: entry["_id"] for number, entry in entries[1].items() if entry["state"] == "issued"}
    number, letter = next(iter(issued.items()))
    trails = [(await ask(dispatcher, "export", whom)).json() for whom in
              ({"letter_reference": letter}, case(number, OTHER))]  # fmt: skip
    assert trails[0]["holdings"] == trails[1]["holdings"]
    assert len(trails[1]["seen_by"]) == 2, "by either name it is the same customer"


async def test_a_list_of_one_campaigns_references_holds_back_nobody_of_another(dispatcher: Inside, desk: Desk) -> None:
    chunks = [chunk async for chunk in desk.store["chunks"].find()]
    arms = [dict(zip(chunk["rows"], chunk["arms"], strict=True)) for chunk in chunks]
    number = next(n for n in arms[0] if "control" not in (arms[0][n], arms[1][n]))
    sent = await send_list(dispatcher, number, f"kind=own&campaign={OTHER}&picture=T-%23%23%23%23")
    assert (sent.json()["entries"], sent.json()["campaign"]) == (1, OTHER)
    first, other = [(await ask(dispatcher, "export", case(number, campaign))).json()["holdings"] for campaign in BOTH]
    assert ("suppression" in first, other["suppression"][0]["list"]) == (False, "deaths")
    await issue(desk)
    reasons = [{n: e["reason"] for n, e in (await ledger(desk, each)).items() if e.get("reason")} for each in BOTH]
    assert reasons == [{}, {number: "deceased"}]


async def test_a_list_counts_before_a_population_with_the_same_references_is_loaded(dispatcher: Inside) -> None:
    await approve(dispatcher, OTHER)
    for campaign in BOTH:
        await declare(dispatcher, campaign)
    assert (await send_list(dispatcher, 3, f"kind=own&campaign={OTHER}")).is_success
    reports = [await load(dispatcher, campaign) for campaign in BOTH]
    assert [report["suppressed"] for report in reports] == [[], [{"reason": "deceased", "count": 1}]]


@pytest.mark.parametrize(
    ("query", "field", "rule"),
    [
        ("kind=own", "campaign", "required"),
        ("kind=own&picture=T-%23%23%23%23", "campaign", "required"),
        (f"kind=own&campaign={OTHER}", "campaign", "no-own-references"),
        (f"kind=own&campaign={CAMPAIGN}&picture=X-%23%23%23%23", "picture", "another"),
        (f"kind=utr&campaign={CAMPAIGN}", "campaign", "kind-own"),
        ("kind=utr&picture=T-%23%23%23%23", "picture", "kind-own"),
    ],
)
async def test_a_list_that_would_hold_back_nobody_or_others_than_it_says_is_refused(
    dispatcher: Inside, query: str, field: str, rule: str
) -> None:
    await declare(dispatcher, CAMPAIGN)
    refused = await send_list(dispatcher, 3, query)
    assert (refused.status_code, refused.json()["problems"][0]["field"]) == (422, field)
    assert refused.json()["problems"][0]["rule"] == rule


async def test_an_own_reference_without_its_campaign_is_refused_and_says_so(dispatcher: Inside, desk: Desk) -> None:
    for what, body in (
        ("export", case(1, None)), ("restrict", {"whom": case(1, None), "reason": "objects"}),
        ("lift", {"whom": case(1, None), "reason": "settled"}),
        ("erase", {"whom": case(1, None), "ground": "objection"}),
    ):  # fmt: skip
        refused = await ask(dispatcher, what, body)
        assert (refused.status_code, refused.json()["problems"][0]["field"]) == (422, "customer_reference.campaign")
        assert "say of which campaign" in refused.json()["title"]
    of_all = {"kind": "utr", "reference": "1955839661", "campaign": CAMPAIGN}
    refused = await ask(dispatcher, "erase", {"whom": {"customer_reference": of_all}, "ground": "objection"})
    assert refused.status_code == 422, "it would be erased in all campaigns"
