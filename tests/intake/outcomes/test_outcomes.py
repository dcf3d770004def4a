"""Outcomes are matched to letters, and told as counts and facts."""

import json

import pytest

from shared.contracts import CommunicationsIssued, OutcomeCorrected
from shared.events import first_event
from shared.identifiers import new_id
from shared.protection import blind_index, load_keyring
from tests.intake.given.letters import ENGLISH, UNKNOWN, WELSH, handlers
from tests.intake.given.outcomes import outcome, post, told
from tests.support.clocks import NOON
from tests.support.inside import Corner, Inside
from tests.support.samples import sample

UTR = {"kind": "utr", "reference": "1955839661"}
CONTROL = {"kind": "vrn", "reference": "980780684"}
AMOUNT_PENCE = 7_320_148_659
"""An amount with more digits than a time, a date or a part of an id shows in a row."""


async def test_an_outcome_is_recorded_once_under_its_key(intake: Inside) -> None:
    body = json.dumps(outcome(amount_pence=AMOUNT_PENCE)).encode()
    first, again = [await post(intake, body, "", key="o-1") for _ in range(2)]
    other = await post(intake, json.dumps(outcome(outcome="filed")).encode(), "", key="o-1")
    assert (first.status_code, again.json(), other.status_code) == (201, first.json(), 409)
    assert (first.json()["matched"], first.json()["campaign"]) == (True, "OTM-26-0042")
    (event,) = await told(intake)
    assert [(f.reference, f.arm, f.outcome, f.amount_pence) for f in event.facts] == [
        (ENGLISH, "plain", "paid", AMOUNT_PENCE)
    ]
    assert str(AMOUNT_PENCE) not in str(await intake.service.store["outcomes"].find_one())


async def test_a_file_is_matched_by_letter_or_customer_and_told_in_one_event_a_campaign(
    intake: Inside, corner: Corner
) -> None:
    token = blind_index(load_keyring(corner.home.keyring), "customer", UTR["reference"])
    letter = {"reference": UNKNOWN, "arm": "social-norm", "language": "en", "customer": token}
    issued = sample(CommunicationsIssued, campaign="OTM-26-0043", chunk=7, communications=[letter])
    await handlers(intake).register_letters(first_event(issued, "somebody", NOON))
    lines = [
        outcome(), outcome(letter_reference="23456 7zzz6", outcome="filed", amount_pence=None),
        outcome(letter_reference=None, customer_reference=UTR, outcome="amended"),
        outcome(letter_reference=None, customer_reference=CONTROL, campaign="OTM-26-0043"),
        outcome(letter_reference=None, customer_reference=CONTROL),
        outcome(letter_reference="7KM2X-Q4R9D"), outcome(outcome="vanished"), outcome(amount_pence=-1), {},
    ]  # fmt: skip
    for _ in range(2):
        answer = await post(intake, b"\n".join(json.dumps(line).encode() for line in lines), key="october")
        answers = [json.loads(line) for line in answer.text.splitlines()]
        assert [(a["status"], a.get("matched")) for a in answers] == [
            (201, True), (201, True), (201, True), (201, False), (201, False),
            (422, None), (422, None), (422, None), (422, None),
        ]  # fmt: skip
    first, second = await told(intake)
    assert (first.campaign, {(c.arm, c.outcome, c.count, c.amount_pence) for c in first.counts}) == (
        "OTM-26-0042", {("plain", "paid", 1, 73_200), ("plain", "filed", 1, 0)},
    )  # fmt: skip
    assert second.campaign == "OTM-26-0043"
    assert [(f.reference, f.arm, f.outcome) for f in second.facts] == [
        (UNKNOWN, "social-norm", "amended"), (None, None, "paid"),
    ]  # fmt: skip
    assert second.facts[1].customer == blind_index(load_keyring(corner.home.keyring), "customer", "980780684")
    assert "980780684" not in str(await told(intake))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
async def test_a_file_may_be_csv(intake: Inside, end: str) -> None:
    rows = [
        "letter_reference,kind,customer_reference,outcome,amount_pence,on",
        f"{WELSH},,,paid,1200,2026-10-02",
        ",utr,1955839661,nothing,,2026-10-30",
        ",utr,2955839661,nothing,,2026-10-30",
        '"7KM2X-Q4R9E","","",paid,"12,00",2026-10-02',
        "too,few",
        f'"{WELSH},,,paid,1,2026-10-02',
        f"{WELSH},,,paid,false,2026-10-02",
        f"{WELSH},,,paid,²,2026-10-02",
        f"{WELSH},,,paid,{'9' * 5_000},2026-10-02",
    ]
    answer = await post(intake, b"\xef\xbb\xbf" + end.join(rows).encode(), kind="text/csv")
    answers = [json.loads(line) for line in answer.text.splitlines()]
    assert [(a["line"], a["status"]) for a in answers] == [
        (2, 201), (3, 201), (4, 422), (5, 422), (6, 400), (7, 400), (8, 422), (9, 422),
        (10, 422),
    ]  # fmt: skip
    assert "2955839661" not in answer.text


@pytest.mark.parametrize("amount", [False, True, "73200", 73_200.0, 12.5, [1], -1, 10**14], ids=repr)
async def test_an_amount_is_a_whole_number_and_nothing_that_could_be_taken_for_one(
    intake: Inside, amount: object
) -> None:
    body = json.dumps(outcome(amount_pence=amount)).encode()
    one, line = await post(intake, body, ""), await post(intake, body)
    assert (one.status_code, json.loads(line.text)["status"]) == (422, 422)
    assert await told(intake) == []


async def test_outcomes_are_recorded_by_those_who_may(intake: Inside) -> None:
    async with intake.caller("helpline") as helpline:
        assert (await helpline.post("/v1/outcomes", json=outcome())).status_code == 403


async def test_an_outcome_that_comes_before_its_letter_is_known_is_matched_and_told_once_it_is(intake: Inside) -> None:
    bodies = [json.dumps(outcome(letter_reference=UNKNOWN, **further)).encode() for further in
              ({}, {"campaign": "OTM-26-0042", "outcome": "filed"})]  # fmt: skip
    early = [(await post(intake, body, "", key=f"early-{n}")).json() for n, body in enumerate(bodies)]
    assert [answer["matched"] for answer in early] == [False, False]
    letter = {"reference": UNKNOWN, "arm": "plain", "language": "en"}
    issued = first_event(sample(CommunicationsIssued, chunk=7, communications=[letter]), "somebody", NOON)
    for _ in range(2):
        await handlers(intake).register_letters(issued)
    first, again = await told(intake)
    assert [(fact.id, fact.arm) for fact in first.facts] == [(early[1]["id"], None)]
    assert {(fact.id, fact.reference, fact.arm, fact.outcome, fact.amount_pence) for fact in again.facts} == {
        (early[0]["id"], UNKNOWN, "plain", "paid", 73_200), (early[1]["id"], UNKNOWN, "plain", "filed", 73_200),
    }  # fmt: skip
    kept = (await post(intake, bodies[0], "", key="early-0")).json()
    assert (kept["id"], kept["matched"], kept["campaign"]) == (early[0]["id"], True, "OTM-26-0042")


async def test_an_outcome_is_corrected_and_then_void_and_each_is_told_once(intake: Inside) -> None:
    recorded = (await post(intake, json.dumps(outcome()).encode(), "")).json()["id"]
    instead = {"outcome": "paid", "amount_pence": AMOUNT_PENCE, "on": "2026-10-01", "why": "typing-error"}
    first, again = [
        await post(intake, json.dumps(instead).encode(), f"/{recorded}/corrections", key="c-1") for _ in "12"
    ]
    assert (first.status_code, first.json(), again.json()) == (
        200,
        {"outcome": recorded, "version": 2, "void": False},
        first.json(),
    )
    gone = await post(intake, b'{"why": "wrong-customer"}', f"/{recorded}/void")
    assert gone.json() == {"outcome": recorded, "version": 3, "void": True}
    told = [e.body for e in await intake.said() if e.type == OutcomeCorrected.event_type]
    said = [OutcomeCorrected.model_validate_json(body) for body in told]
    assert [(e.version, e.void) for e in said] == [(2, False), (3, True)]
    for fact in (event.fact for event in said):
        assert (fact.id, fact.reference, fact.arm) == (recorded, ENGLISH, "plain")
        assert (fact.amount_pence, fact.on.isoformat()) == (AMOUNT_PENCE, "2026-10-01")
    assert str(AMOUNT_PENCE) not in str(await intake.service.store["outcomes"].find_one())


async def test_a_change_that_cannot_be_is_refused_and_changes_nothing(intake: Inside) -> None:
    recorded = (await post(intake, json.dumps(outcome()).encode(), "")).json()["id"]
    before = await intake.service.store["outcomes"].find_one()
    instead = {"outcome": "paid", "on": "2026-10-01", "why": "typing-error"}
    wrong = [{**instead, "on": "2036-10-01"}, {**instead, "outcome": "vanished"}, {**instead, "amount_pence": -1}]
    answers = [await post(intake, json.dumps(each).encode(), f"/{recorded}/corrections") for each in wrong]
    assert [(a.status_code, a.json()["problems"][0]["field"]) for a in answers] == [
        (422, "on"),
        (422, "body.outcome"),
        (422, "body.amount_pence"),
    ]
    missing = await post(intake, json.dumps(instead).encode(), f"/{new_id()}/corrections")
    assert missing.status_code == 404
    assert await intake.service.store["outcomes"].find_one() == before
    await post(intake, b'{"why": "wrong-customer"}', f"/{recorded}/void")
    closed = await post(intake, json.dumps(instead).encode(), f"/{recorded}/corrections")
    assert (closed.status_code, "record a new one" in closed.json()["title"]) == (409, True)
