"""Events carry references, counts, codes and dates: there is no field that a customer's own words would fit in."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import pytest
from pydantic import AwareDatetime, BaseModel, StringConstraints

from services.dispatcher.own_messages import AllocationDue, ChunkDue, UnitsDue
from shared.contracts import CONTRACTS, Contract
from shared.values import OfficialText, Title

OFFICIAL = {
    "title", "risk", "reason",  # of a campaign and of a decision about it
    "subject", "body",  # of a letter, as designed, with places to fill
    "question", "answer",  # of the lines to take
    "how", "process", "special_treatments", "hand_over",  # of a team's work on responses, as planned
    "condition",  # of an approval
    "conclusion",  # of a trial, in sentences of ours around the plan's codes and figures
    "message",  # about a place of a plan, which staff wrote
}  # fmt: skip
"""Fields that the authority's own staff write for others to read; a new one is a decision, made here."""


@pytest.mark.parametrize(
    "contract", [*CONTRACTS, AllocationDue, ChunkDue, UnitsDue], ids=lambda contract: contract.event_type
)
def test_no_field_of_a_contract_has_room_for_a_customers_words(contract: type[Contract]) -> None:
    fields = dict(_fields(contract, contract.__name__))
    assert fields
    assert {path: kind for path, kind in fields.items() if not _has_no_room(path, kind)} == {}


def test_a_plain_string_would_be_found_wherever_it_hides() -> None:
    class Inner(BaseModel):
        remark: tuple[str, ...]

    class Outer(BaseModel):
        inner: tuple[Inner, ...] | None = None
        facts: dict[str, int]
        note: OfficialText

    found = [path for path, kind in _fields(Outer, "Outer") if not _has_no_room(path, kind)]
    assert found == ["Outer.inner.remark", "Outer.facts", "Outer.note"]


def _fields(model: type[BaseModel], path: str) -> Iterator[tuple[str, Any]]:
    """Every leaf of the model with its type as written, and the way to it."""
    for name, hint in get_type_hints(model, include_extras=True).items():
        if name in model.model_fields:
            for leaf in _leaves(hint):
                inner = f"{path}.{name}"
                if isinstance(leaf, type) and issubclass(leaf, BaseModel):
                    yield from _fields(leaf, inner)
                else:
                    yield inner, leaf


def _leaves(hint: Any) -> Iterator[Any]:
    if get_origin(hint) in (Annotated, Literal, dict) or not get_args(hint):
        yield hint
        return
    for inner in get_args(hint):
        if inner not in (type(None), Ellipsis):
            yield from _leaves(inner)


def _has_no_room(path: str, kind: Any) -> bool:
    if kind in (OfficialText, Title):
        return path.rpartition(".")[2] in OFFICIAL
    if get_origin(kind) is Literal:
        return True
    if get_origin(kind) is Annotated:
        base, *constraints = get_args(kind)
        patterns = [c.pattern for c in constraints if isinstance(c, StringConstraints)]
        return base in (int, AwareDatetime) or (base is str and any(patterns))
    return kind in (bool, date, AwareDatetime) or (isinstance(kind, type) and issubclass(kind, StrEnum))
