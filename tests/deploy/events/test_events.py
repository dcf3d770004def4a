"""`otm events`: the bus followed, contracts looked up, and messages of others judged as consumers judge them."""

import asyncio
import json
from pathlib import Path

import aio_pika
import pytest
from typer.testing import CliRunner

from deploy.catalogue import consumers
from deploy.local.cli import app
from deploy.local.operate.events.following import followed
from shared.contracts import CampaignStopped, DeliveryReported, WaveStarted
from shared.events import first_event
from shared.messaging.declaring import declare
from shared.messaging.envelope import PREFIX, sealed, to_message
from tests.support.probe import probe
from tests.support.samples import sample

REPORTED = json.loads(sample(DeliveryReported).model_dump_json())
EVENT = {"specversion": "1.0", "id": "1", "source": "/issuer", "type": "delivery.reported.v1", "data": REPORTED}


async def test_events_are_followed_by_type_and_campaign_and_shown_without_anything_of_a_customers(
    amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTM_AMQP_URL", amqp_url)
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        await declare(channel, *consumers())
        exchange = await channel.get_exchange("otm.events")
        found = followed(["campaign.stopped.v1"], "OTM-26-0002")
        first = asyncio.ensure_future(anext(found))
        async with asyncio.timeout(30):
            while not first.done():
                for contract, campaign in ((CampaignStopped, 1), (WaveStarted, 2), (CampaignStopped, 2)):
                    event = first_event(sample(contract, campaign=f"OTM-26-000{campaign}"), "planner", probe(1).time)
                    message = to_message(sealed(event))
                    message.headers[f"{PREFIX}id"] = "Mrs Quillfeather"
                    message.body = message.body[:-1] + b', "name": "Mrs Quillfeather"}'
                    await exchange.publish(message, event.type)
                await asyncio.sleep(0.05)
        shown = await first
        await found.aclose()
    assert (shown["type"], shown["campaign"]) == ("campaign.stopped.v1", "OTM-26-0002")
    assert "Quillfeather" not in json.dumps(shown)


def judged(tmp_path: Path, text: bytes, *arguments: str) -> tuple[int, str]:
    (tmp_path / "message.json").write_bytes(text)
    said = CliRunner().invoke(app, ["events", "validate", str(tmp_path / "message.json"), *arguments])
    return said.exit_code, said.output


def test_a_message_that_consumers_take_is_said_to_be_good(tmp_path: Path) -> None:
    code, said = judged(tmp_path, json.dumps(EVENT).encode())
    assert (code, "consumers take it" in said, "other teams may say it; heard by dispatcher" in said) == (0, True, True)
    further = json.dumps(REPORTED | {"tea": 1}).encode()
    code, said = judged(tmp_path, b"\xef\xbb\xbf" + further, "--type", "delivery.reported.v1")
    assert (code, "1 fields that the contract does not have are ignored" in said) == (0, True)
    piped = CliRunner().invoke(app, ["events", "validate", "-"], input=json.dumps(EVENT))
    assert piped.exit_code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "no object"),
        (b"{}", "name the type of its data by --type"),
        (b" " * 2_000_001, "too large"),
        (json.dumps(EVENT | {"type": "delivery.report.v1"}).encode(), "did you mean delivery.reported.v1"),
        (json.dumps(EVENT | {"specversion": "2.0"}).encode(), "send specversion 1.0"),
        (json.dumps(EVENT | {"id": ""}).encode(), "no id"),
        (json.dumps(EVENT | {"time": "yesterday"}).encode(), "RFC 3339"),
        (json.dumps(EVENT | {"data": None}).encode(), "the data: write an object"),
        (json.dumps(EVENT | {"data": {}}).encode(), "this field is required"),
        (json.dumps({name: value for name, value in EVENT.items() if name != "data"}).encode(), "the data: write an"),
    ],
)
def test_a_message_that_consumers_refuse_is_refused_with_what_is_wrong(tmp_path: Path, text: bytes, said: str) -> None:
    code, output = judged(tmp_path, text)
    assert (code, said in " ".join(output.split())) == (1, True), output


def test_nothing_that_somebody_sent_is_repeated(tmp_path: Path) -> None:
    bad = EVENT | {"data": REPORTED | {"state": "Mrs Quillfeather"}}
    _, said = judged(tmp_path, json.dumps(bad).encode())
    assert "Quillfeather" not in said
    missing = CliRunner().invoke(app, ["events", "validate", str(tmp_path / "none.json")])
    assert (missing.exit_code, "cannot be read" in missing.output) == (1, True)


def test_an_event_is_described_by_its_fields_and_by_who_hears_it() -> None:
    said = CliRunner().invoke(app, ["events", "describe", "wave.started.v1"]).output
    assert "| `campaign` |" in said
    assert "Said by dispatcher; heard by planner, notifier" in said
    schema = CliRunner().invoke(app, ["events", "describe", "wave.started.v1", "--json"]).output
    assert json.loads(schema)["title"] == "WaveStarted"
    assert "campaign.stopped.v1" in json.loads(CliRunner().invoke(app, ["events", "describe", "--json"]).output)
    wrong = CliRunner().invoke(app, ["events", "describe", "wave.start"])
    assert (wrong.exit_code, "did you mean wave.started.v1" in wrong.output) == (1, True)
