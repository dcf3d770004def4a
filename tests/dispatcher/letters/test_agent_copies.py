"""A customer's agent gets a copy with the customer's letter, and only with it: in the same file, under the same
reference, and in no count of communications."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from deploy.local.operate.letters.print_files import file_findings, looked_into
from services.dispatcher.customers.agent import AGENT_FIELDS, Agent
from services.dispatcher.customers.customer import Recipient, Rejection, read_customer
from services.dispatcher.ledger.digest import AGENT as COPY
from services.dispatcher.ledger.digest import CUSTOMER, Digest, digest_of
from services.dispatcher.letters.communication import compose
from services.dispatcher.own_messages import AllocationDue
from shared.contracts import CampaignApproved, CampaignRefused, CommunicationsIssued, DispatchCompleted
from tests.dispatcher.given.auditing import audited
from tests.dispatcher.given.decisions import TUESDAY, approved, launched
from tests.dispatcher.given.desk import Desk, heard
from tests.dispatcher.given.known_customers import line, send_list
from tests.dispatcher.given.people import CAMPAIGN, HEADER, SCHEMA, campaign, customer, file, row
from tests.dispatcher.given.sending import Sending
from tests.support.inside import Inside
from tests.support.notify import API_KEY, TEMPLATES
from tests.support.samples import stored

AGENT = Agent("Tallowbridge and Pike", ("7 Saltmarsh Row", "Kirkhallow"), "ZZ9 1AG")
COLUMNS = {"agent_name": "Tallowbridge and Pike", "agent_address_1": "7 Saltmarsh Row", "agent_address_2": "",
           "agent_address_3": " Kirkhallow", "agent_address_4": "", "agent_postcode": "zz9 1ag"}  # fmt: skip
PLAIN = campaign().plan.arms[1]
NAME = f"{CAMPAIGN}-000001"


@pytest.mark.parametrize(
    ("changes", "read"),
    [
        ({}, AGENT),
        (dict.fromkeys(AGENT_FIELDS, " "), None),
        ({"agent_name": ""}, Rejection(1, "agent_name", "missing")),
        ({"agent_address_1": "", "agent_address_3": " "}, Rejection(1, "agent_address_1", "missing")),
        ({"agent_postcode": ""}, Rejection(1, "agent_postcode", "missing")),
        ({"agent_postcode": "HIGH STREET"}, Rejection(1, "agent_postcode", "format")),
        ({"agent_name": "x" * 201}, Rejection(1, "agent_name", "too-long")),
        ({"agent_address_4": "\x00"}, Rejection(1, "agent_address_4", "control-character")),
    ],
)
def test_an_agent_is_whole_or_the_row_is_refused(changes: dict[str, str], read: Agent | Rejection | None) -> None:
    found = read_customer(1, row(1) | COLUMNS | changes, SCHEMA)
    assert (found if isinstance(found, Rejection) else found.agent) == read


def test_a_copy_is_composed_where_there_are_an_agent_and_a_text_for_them() -> None:
    letter = compose(campaign(), Recipient(7, customer(agent=AGENT, flags=frozenset({"braille"}))), PLAIN, b"k")
    assert letter.copy is not None
    assert letter.copy.body.startswith("Dear Tallowbridge and Pike\n\nWe have written to your client Gwenllian Ap Rhys")
    assert letter.reference in letter.copy.body
    assert not [text for text in ("Tallowbridge", "Saltmarsh", "Gwenllian") if text in repr(letter)]
    welsh = compose(campaign(), Recipient(7, customer(agent=AGENT, language="cy")), PLAIN, b"k")
    assert welsh.copy is not None
    assert welsh.copy.body.startswith("Annwyl Tallowbridge")
    textless = PLAIN.model_copy(update={"letters": [each.model_copy(update={"agent": None}) for each in PLAIN.letters]})
    for recipient, arm in ((customer(), PLAIN), (customer(agent=AGENT), textless)):
        assert compose(campaign(), Recipient(7, recipient), arm, b"k").copy is None


def with_agent(**letter: Any) -> list[dict[str, Any]]:
    """The arms, the English letter's text for agents changed."""
    control, plain = stored(CampaignApproved)["arms"]
    english, welsh = plain["letters"]
    return [control, plain | {"letters": [english | {"agent": english["agent"] | letter}, welsh]}]


def by_channel(channel: str) -> list[dict[str, Any]]:
    control, plain = stored(CampaignApproved)["arms"]
    return [control, plain | {"channel": channel}]


@pytest.mark.parametrize(
    ("arms", "problem"),
    [
        (with_agent(body="Dear {{ agent_nmae }}"), ("arms.1.letters.0.agent", "unknown-field")),
        (with_agent(subject="About {{ amount }}"), ("arms.1.letters.0.agent", "unknown-field")),
        (by_channel("letter"), ("arms.1.channel", "no-agent-copies")),
        (by_channel("email"), ("arms.1.channel", "no-agent-copies")),
        (by_channel("text"), ("arms.1.channel", "no-agent-copies")),
    ],
)
async def test_a_copy_that_could_not_go_is_refused_at_approval(
    unapproved: Inside, tmp_path: Path, arms: list[dict[str, Any]], problem: tuple[str, str]
) -> None:
    notify = {"api_key": API_KEY, "letter_template": TEMPLATES["letter"], "text_template": TEMPLATES["sms"]}
    smtp = {"host": "127.0.0.1", "port": 1, "sender": "tax@authority.example"}
    desk = Desk(unapproved, tmp_path, notify=notify, smtp=smtp)
    await desk.hear.approve(heard(approved(arms=arms)))
    (refused,) = desk.spoken.of(CampaignRefused)
    assert [(found.field, found.rule) for found in refused.problems] == [problem]
    assert await unapproved.service.store["campaigns"].count_documents({}) == 0


async def test_a_text_for_agents_in_one_language_alone_is_refused_at_approval(
    unapproved: Inside, tmp_path: Path
) -> None:
    control, plain = stored(CampaignApproved)["arms"]
    english, welsh = plain["letters"]
    arms = [control, plain | {"letters": [english, welsh | {"agent": None}]}]
    desk = Desk(unapproved, tmp_path)
    await desk.hear.approve(heard(approved(arms=arms)))
    (refused,) = desk.spoken.of(CampaignRefused)
    assert [problem.rule for problem in refused.problems] == ["agent-in-each-language"]


async def test_copies_stand_after_their_letters_in_the_file_and_a_redo_leaves_the_same_bytes(
    unapproved: Inside, tmp_path: Path
) -> None:
    people = {2: {"agent": AGENT, "flags": frozenset({"large-print"})}, 5: {"agent": AGENT},
              7: {"name": "José\u2028Ó Briain"}}  # fmt: skip
    printed = Sending(unapproved, tmp_path, "print", people)
    await printed.send()
    folder = tmp_path / CAMPAIGN
    first = {each.name: each.read_bytes() for each in folder.iterdir()}
    await printed.send()
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == first
    records = read(folder)
    assert [n for n, record in enumerate(records) if record["recipient"] == "agent"] == [2, 6]
    letter, copy = records[1:3]
    assert letter["letter_reference"] == copy["letter_reference"]
    assert (letter["name"], letter["format"]) == ("Gwenllian Ap Rhys", "large-print")
    assert (copy["name"], copy["address_2"], copy["postcode"], copy["format"]) == (
        "Tallowbridge and Pike", "Kirkhallow", "ZZ9 1AG", "standard",
    )  # fmt: skip
    manifest = json.loads(first[f"{NAME}.manifest.json"])
    assert (manifest["records"], manifest["totals"]) == (
        47,
        {"language": {"en": 47}, "format": {"large-print": 1, "standard": 46}, "arm": {"plain": 47},
         "recipient": {"agent": 2, "customer": 45}},
    )  # fmt: skip
    assert held_against(printed, folder, {2, 5}) == {}


async def test_copies_take_room_within_the_printers_limit(unapproved: Inside, tmp_path: Path) -> None:
    people = {row: {"agent": AGENT} for row in range(1, 6)}
    printed = Sending(unapproved, tmp_path, "print", people, print_limits={"a_day": 100})
    await printed.send()
    assert await unapproved.service.store["usage"].find_one({"_id": "print:2026-09-07"}, {"used": 1, "_id": 0}) == {
        "used": 50
    }


def read(folder: Path) -> list[dict[str, str]]:
    found = []
    for data in sorted(folder.glob("*.csv")):
        with data.open(newline="") as text:
            found += list(csv.DictReader(text))
    return found


def held_against(printed: Sending, folder: Path, copied: set[int]) -> dict[str, int]:
    """The print files against a ledger by which the customers of these rows have a copy go to their agents."""
    of_all, of_some = printed.references(), printed.references(sorted(copied))
    digests = [
        Digest(1, "print", to, len(references), digest_of(references))
        for to, references in ((COPY, of_some), (CUSTOMER, of_all))
    ]
    return file_findings(folder, CAMPAIGN, looked_into(folder), digests)


async def test_faults_of_copies_in_print_files_are_found(unapproved: Inside, tmp_path: Path) -> None:
    printed = Sending(unapproved, tmp_path, "print", {2: {"agent": AGENT}, 5: {"agent": AGENT}})
    await printed.send()
    folder = tmp_path / CAMPAIGN
    assert held_against(printed, folder, {2, 5, 7}) == {"copied-but-not-printed": 1}
    assert held_against(printed, folder, {2}) == {"copy-not-in-the-ledger": 1}
    assert held_against(printed, folder, {2, 7}) == {"other-copies-than-in-the-ledger": 1}
    data = (folder / f"{NAME}.csv").read_bytes()
    (folder / f"{NAME}.csv").write_bytes(data.replace(b",agent\r\n", b",customer\r\n", 1))
    assert held_against(printed, folder, {2, 5}) == {
        "copied-but-not-printed": 1, "file-not-as-its-manifest-says": 1, "printed-twice": 1,
    }  # fmt: skip


@pytest.fixture
async def desk(unapproved: Inside, tmp_path: Path) -> Desk:
    """Thirty customers with agents and thirty without, two of each deceased, launched and allocated."""
    desk = Desk(unapproved, tmp_path / "letters")
    await desk.hear.approve(heard(approved(waves=[{"number": 1, "on": "2026-09-07", "size": 100}])))
    rows = [row(n, flags="deceased" if n in (0, 1, 30, 31) else "") | (COLUMNS if n < 30 else {}) for n in range(60)]
    async with unapproved.caller("analyst") as analyst:
        data = file(rows, (*HEADER, *AGENT_FIELDS))
        answer = await analyst.put(f"/v1/campaigns/{CAMPAIGN}/population", content=data)
    assert answer.status_code == 201, answer.text
    await desk.hear.allocate(heard(AllocationDue(campaign=CAMPAIGN, load=answer.json()["load"])))
    await desk.hear.launch(heard(launched()))
    return desk


async def test_only_agents_of_customers_who_are_written_to_get_a_copy_and_no_count_changes(
    desk: Desk, unapproved: Inside, tmp_path: Path
) -> None:
    await send_list(unapproved, "deaths", *(line(n) for n in range(2, 8)))  # found just before issue
    due = await desk.start(TUESDAY)
    await desk.issue(*due, *due)
    ledger = [entry async for entry in unapproved.service.store["communications"].find()]
    expected = {e["_id"] for e in ledger if e["state"] == "issued" and e["row"] <= 30}
    assert 5 < len(expected) < 24, "some are controls, some suppressed late"
    assert {entry["_id"] for entry in ledger if entry.get("copy") == "agent"} == expected
    records = read(tmp_path / "letters" / CAMPAIGN)
    assert {r["letter_reference"] for r in records if r["recipient"] == "agent"} == expected
    issued = [e["_id"] for e in ledger if e["state"] == "issued"]
    assert sorted(r["letter_reference"] for r in records if r["recipient"] == "customer") == sorted(issued)
    assert sum(len(event.communications) for event in desk.spoken.of(CommunicationsIssued)) == len(issued)
    (done,) = desk.spoken.of(DispatchCompleted)
    assert sum(arm.issued for arm in done.arms) == len(issued)
    async with unapproved.caller("operator") as operator:
        audit = (await operator.get(f"/v1/campaigns/{CAMPAIGN}/dispatch/audit")).json()
        story = (await operator.get(f"/v1/campaigns/{CAMPAIGN}/communications/{min(expected)}")).json()
    assert audit["issued"] == {"print": {"communications": len(issued), "agent_copies": len(expected)}}
    assert audit["well"]
    assert story["copy"] == "agent"
    assert await audited(unapproved, tmp_path / "letters") == {}
    await unapproved.service.store["communications"].update_one({"_id": min(expected)}, {"$unset": {"copy": 1}})
    assert await audited(unapproved, tmp_path / "letters") == {"copy-not-in-the-ledger": 1}


async def test_a_copy_for_somebody_who_was_not_written_to_is_found(desk: Desk, unapproved: Inside) -> None:
    await desk.issue(*await desk.start(TUESDAY))
    ledger = unapproved.service.store["communications"]
    await ledger.update_one({"state": "control"}, {"$set": {"copy": "agent"}})
    async with unapproved.caller("operator") as operator:
        audit = (await operator.get(f"/v1/campaigns/{CAMPAIGN}/dispatch/audit")).json()
    assert audit["findings"] == {"copied-but-not-sent": 1}


async def test_no_agent_can_be_read_in_the_store(desk: Desk, unapproved: Inside) -> None:
    await desk.issue(*await desk.start(TUESDAY))
    store = unapproved.service.store
    collections = [store[name] for name in await store.database.list_collection_names()]
    stored_now = "".join([str(document) for collection in collections async for document in collection.find()])
    assert len(stored_now) > 8_000
    assert [value for value in ("Tallowbridge", "Saltmarsh", "ZZ9 1AG") if value in stored_now] == []


async def test_a_copy_is_previewed_for_an_invented_agent(unapproved: Inside, tmp_path: Path) -> None:
    control, plain = stored(CampaignApproved)["arms"]
    without = plain | {"code": "no-agents", "letters": [letter | {"agent": None} for letter in plain["letters"]]}
    await Desk(unapproved, tmp_path).hear.approve(heard(approved(arms=[control, plain, without])))
    path = f"/v1/campaigns/{CAMPAIGN}/previews"
    async with unapproved.caller("operator") as operator:
        page = await operator.get(f"{path}/plain?copy=agent&language=cy&print_format=large-print")
        assert "Annwyl Specimen and Partners" in page.text
        assert "eich cleient Gwenllïan Ŵyn Enghraifft" in page.text
        assert "font-size:11pt" in page.text, "the customer's format is not the agent's"
        pdf = await operator.get(f"{path}/plain?copy=agent&as_=pdf")
        assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
        assert (await operator.get(f"{path}/no-agents?copy=agent")).status_code == 404
        assert (await operator.get(f"{path}/plain?copy=neighbour")).status_code == 422
        assert "Specimen and Partners" not in (await operator.get(f"{path}/plain")).text
