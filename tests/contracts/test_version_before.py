"""Events of this version are read by the version before, while both run during a roll-out."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

import pytest

from shared.contracts import CONTRACTS
from tests.support.version_before import version_before

Schema = Mapping[str, Any]
SCHEMAS = (
    "import json; from shared.contracts import CONTRACTS;"
    "print(json.dumps({each.event_type: each.model_json_schema() for each in CONTRACTS}))"
)
NEWER: dict[str, Schema] = {each.event_type: each.model_json_schema(mode="serialization") for each in CONTRACTS}
"""As they are said: with every field that has a default."""
DAY: Schema = {"type": "string", "maxLength": 3, "enum": ["mon"]}
MOST, LEAST = ("maximum", "maxLength", "maxItems"), ("minimum", "minLength", "minItems")


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Schema]:
    tree = version_before(tmp_path_factory.mktemp("before"))
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    done = subprocess.run([sys.executable, "-P", "-c", SCHEMAS], env=environment, capture_output=True, check=True)
    found: dict[str, Schema] = json.loads(done.stdout)
    return found


def test_the_version_before_reads_what_this_one_says(older: Mapping[str, Schema]) -> None:
    both = sorted(older.keys() & NEWER.keys())
    assert len(both) > 30
    assert [f"{kind}{problem}" for kind in both for problem in refusals(Side(older[kind]), Side(NEWER[kind]))] == []


@pytest.mark.parametrize(
    ("newer", "problem"),
    [
        ({"properties": {}}, ".day is gone"),
        ({"properties": {"day": {"type": "integer"}}}, ".day: integer"),
        ({"properties": {"day": {"type": "string", "maxLength": 3}}}, ".day: any text"),
        ({"properties": {"day": {"type": "string", "maxLength": 3, "enum": ["mon", "tue"]}}}, ".day: tue"),
        ({"properties": {"day": {"type": "string", "maxLength": 4, "enum": ["mon"]}}}, ".day: maxLength"),
        ({"properties": {"day": {"anyOf": [DAY, {"type": "null"}]}}}, ".day: null"),
        ({"properties": {"day": DAY, "hour": {"type": "integer"}}}, None),
    ],
)
def test_what_the_version_before_would_refuse_is_found(newer: Schema, problem: str | None) -> None:
    older = {"properties": {"day": {"$ref": "#/$defs/Day"}}, "required": ["day"], "$defs": {"Day": DAY}}
    assert list(refusals(Side(older), Side(newer)))[:1] == ([problem] if problem else [])


@dataclass(frozen=True)
class Side:
    """A schema, and the whole that its references lead into."""

    schema: Schema
    whole: Schema | None = None

    def inner(self, schema: Schema) -> "Side":
        whole = self.whole or self.schema
        while "$ref" in schema:
            schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
        return Side(schema, whole)

    @property
    def alternatives(self) -> list["Side"]:
        return [self.inner(each) for each in self.schema.get("anyOf") or self.schema.get("oneOf") or [self.schema]]

    @property
    def words(self) -> list[Any] | None:
        return self.schema.get("enum") or ([self.schema["const"]] if "const" in self.schema else None)


def refusals(older: Side, newer: Side, at: str = "") -> Iterator[str]:
    """Yields what a reader of `older` would refuse of what is said by `newer`."""
    for said in newer.alternatives:
        problems = [list(_refusals(read, said, at)) for read in older.alternatives]
        if all(problems):
            yield from min(problems, key=len)


def _refusals(older: Side, newer: Side, at: str) -> Iterator[str]:
    read, said = older.schema, newer.schema
    kinds = (read.get("type"), said.get("type"))
    if None not in kinds and kinds[0] != kinds[1] and kinds != ("number", "integer"):
        yield f"{at}: {kinds[1]}"
        return
    if older.words is not None:
        yield from (f"{at}: {word}" for word in newer.words or ["any text"] if word not in older.words)
    yield from (f"{at}: {name}" for name in MOST if name in read and said.get(name, inf) > read[name])
    yield from (f"{at}: {name}" for name in LEAST if name in read and said.get(name, -inf) < read[name])
    if newer.words is None and "pattern" in read and read["pattern"] != said.get("pattern"):
        yield f"{at}: pattern"
    yield from (f"{at}.{name} is gone" for name in read.get("required", []) if name not in said.get("properties", {}))
    for name in read.get("properties", {}).keys() & said.get("properties", {}).keys():
        yield from refusals(
            older.inner(read["properties"][name]), newer.inner(said["properties"][name]), f"{at}.{name}"
        )
    if "items" in read and "items" in said:
        yield from refusals(older.inner(read["items"]), newer.inner(said["items"]), f"{at}[]")
