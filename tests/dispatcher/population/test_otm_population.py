"""`otm population load`, as an analyst gives it, against dispatcher on a socket of its own."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.dispatcher.given.loading import NOTHING, kept
from tests.dispatcher.given.people import CAMPAIGN, file, row
from tests.support.inside import Inside


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    printed: str
    said: str


async def load(dispatcher: Inside, *arguments: Path | str) -> Answer:
    async with dispatcher.listening() as url:
        key = dispatcher.key("analyst")["Authorization"].removeprefix("Bearer ")
        environment = {**os.environ, "OTM_DISPATCHER_URL": url, "OTM_KEY": key, "COLUMNS": "200"}
        program = ("-m", "deploy.local", "population", "load", "--campaign", CAMPAIGN, *map(str, arguments))
        process = await asyncio.create_subprocess_exec(
            sys.executable, *program, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        printed, said = await process.communicate()
    return Answer(process.returncode or 0, printed.decode(), said.decode())


async def test_a_file_is_loaded_once_and_its_rejections_saved(dispatcher: Inside, tmp_path: Path) -> None:
    people, rejected = tmp_path / "people.csv", tmp_path / "rejected.csv"
    people.write_bytes(file([row(1), row(2), row(3, name=""), row(4, flags="ceased")]))
    first = await load(dispatcher, people, "--rejected", rejected, "--json")
    assert first.code == 0, first.said
    report = json.loads(first.printed)
    assert (report["rows"], report["eligible"]) == (4, 2)
    assert rejected.read_text().split() == ["row,field,reason", "3,name,missing"]
    again = await load(dispatcher, people)
    assert "suppressed: ceased" in again.printed
    full = await load(dispatcher, people, "--rejected", "/dev/full")
    assert (full.code, "Loaded, but /dev/full was not written" in full.said) == (0, True), full.said
    assert "Sending" not in again.said
    people.write_bytes(file([row(1)]))
    other = await load(dispatcher, people)
    assert (other.code, "another population" in other.said) == (1, True)


async def test_a_large_file_that_is_wrong_from_the_start_is_refused_with_the_reason(
    dispatcher: Inside, tmp_path: Path
) -> None:
    people = tmp_path / "people.csv"
    people.write_bytes(file([row(n) for n in range(20_000)]).replace(b"postcode", b"post", 1) * 10)
    refused = await load(dispatcher, people)
    assert (refused.code, "postcode: missing-column" in refused.said) == (1, True), refused.said
    assert await kept(dispatcher) == NOTHING


async def test_a_schema_goes_before_the_file(dispatcher: Inside, tmp_path: Path) -> None:
    people, schema = tmp_path / "people.csv", tmp_path / "schema.json"
    people.write_bytes(file([row(1)]).replace(b"customer_reference", b"UTR"))
    schema.write_text(json.dumps({"reference": {"kind": "utr"}, "columns": {"customer_reference": "utr"}}))
    loaded = await load(dispatcher, people, "--schema", schema)
    assert (loaded.code, "to be randomised: small" in loaded.printed) == (0, True), loaded.said
