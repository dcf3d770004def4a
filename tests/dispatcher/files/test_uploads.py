"""Uploads of a population over HTTP: CSV and Parquet are read, other files are refused by name and leave nothing
behind."""

import base64
import gzip
import hashlib
import io
import zipfile
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.dispatcher.given.loading import NOTHING, POPULATION, kept, mixed, put
from tests.dispatcher.given.people import HEADER, file, row
from tests.support.inside import Inside

PEOPLE = [row(n) for n in range(1, 8)] + [row(8, flags="deceased"), row(9, name=""), row(3)]


def parquet_of(rows: Sequence[Mapping[str, str | None]], kind: pa.DataType | None = None) -> bytes:
    columns = {name: pa.array([each.get(name) or None for each in rows], kind or pa.string()) for name in HEADER}
    out = io.BytesIO()
    parquet.write_table(pa.table(columns), out, row_group_size=4)
    return out.getvalue()


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("population.csv", b"0" * 10_000_000)
    return out.getvalue()


def without_ids(report: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in report.items() if name not in ("load", "sha256", "loaded_at")}


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
async def test_parquet_comes_to_the_same_as_csv(dispatcher: Inside, kind: pa.DataType) -> None:
    data = parquet_of(PEOPLE, kind)
    by_parquet = await put(dispatcher, data, piece=500)
    assert by_parquet.status_code == 201, by_parquet.text
    assert by_parquet.json()["sha256"] == hashlib.sha256(data).hexdigest()
    report = without_ids(by_parquet.json())
    assert (report["rows"], report["eligible"]) == (10, 7)
    assert report["rejected"] == [{"reason": "name-missing", "count": 1}]
    assert report["suppressed"] == [{"reason": "deceased", "count": 1}, {"reason": "duplicate", "count": 1}]
    assert (await put(dispatcher, data)).json() == by_parquet.json()


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (zipped(), "zip"),
        (gzip.compress(file(PEOPLE)), "gzip"),
        (file(PEOPLE).decode().encode("utf-16"), "UTF-16"),
        (file(PEOPLE).decode().encode("utf-16-le"), "UTF-16"),
        (file([*PEOPLE, row(20, name="Siân")]).decode().encode("cp1252"), "not UTF-8"),
        (b"%PDF-1.7 ...", "PDF"),
        (parquet_of(PEOPLE)[:-40], "Parquet"),
        (b"PAR1" + b"\xff" * 5_000 + b"PAR1", "Parquet"),
    ],
)
async def test_a_file_of_another_kind_is_refused_by_name(dispatcher: Inside, data: bytes, hint: str) -> None:
    answer = await put(dispatcher, data)
    assert answer.status_code in (400, 422)
    assert hint in answer.json()["title"]
    assert await kept(dispatcher) == NOTHING


async def test_a_number_for_a_reference_is_refused_for_its_zeros_are_lost(dispatcher: Inside) -> None:
    out = io.BytesIO()
    columns = {name: [each[name] for each in PEOPLE] for name in HEADER}
    numbers = pa.array([int(each["customer_reference"]) for each in PEOPLE])
    parquet.write_table(pa.table(columns | {"customer_reference": numbers}), out)
    answer = await put(dispatcher, out.getvalue())
    assert (answer.status_code, answer.json()["problems"][0]["rule"]) == (422, "not-text")


async def test_a_small_file_that_would_fill_the_memory_is_refused(dispatcher: Inside) -> None:
    """1,000 rows that share one value of 4 MB: some kilobytes, and four gigabytes when read."""
    shared = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000, pa.int32()), pa.array(["x" * 4_000_000]))
    plain = {name: [row(n)[name] for n in range(1_000)] for name in HEADER if name != "name"}
    out = io.BytesIO()
    parquet.write_table(pa.table(plain | {"name": shared}), out, compression="zstd")
    assert len(out.getvalue()) < 100_000
    answer = await put(dispatcher, out.getvalue(), piece=20_000)
    assert answer.status_code in (400, 413, 422)
    assert await kept(dispatcher) == NOTHING


async def test_a_file_that_did_not_arrive_as_it_was_sent_is_not_taken_over(dispatcher: Inside) -> None:
    data = mixed()

    async def sent(said: bytes, body: bytes, **headers: str) -> int:
        digest = base64.b64encode(hashlib.sha256(said).digest()).decode()
        async with dispatcher.caller("analyst") as analyst:
            headers = {"Content-Digest": f"sha-256=:{digest}:", **headers}
            return (await analyst.put(POPULATION, content=body, headers=headers)).status_code

    assert await sent(data, data[:-30]) == 400
    assert await sent(data, data, **{"Content-Encoding": "gzip"}) == 415
    assert await kept(dispatcher) == NOTHING
    assert await sent(data, data) == 201
    assert await sent(data, b"not read any more") == 201
    assert await sent(data + b"\n", data) == 409


async def test_a_spooled_file_has_no_name(dispatcher: Inside, tmp_path: Path) -> None:
    data, seen = parquet_of(PEOPLE), set[Path]()

    async def stream() -> AsyncIterator[bytes]:
        for start in range(0, len(data), 500):
            yield data[start : start + 500]
            seen.update((tmp_path / "spool").glob("*"))

    async with dispatcher.caller("analyst") as analyst:
        assert (await analyst.put(POPULATION, content=stream())).status_code == 201
    assert seen | set((tmp_path / "spool").iterdir()) == set()
