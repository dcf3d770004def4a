"""Columns of what planner keeps of a trial, gathered block by block: small numbers and 16-byte tokens, never rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.planner.evaluation.checks.conduct import EPOCH
from services.planner.evaluation.estimates.arm_means import Integers

TOKEN_BYTES = 16
Tokens = NDArray[np.bytes_]
SENT = "sent"


class Codes:
    """Numbers of codes, in the order in which they came."""

    def __init__(self, *first: str) -> None:
        self._numbers = {code: number for number, code in enumerate(first)}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._numbers)

    def number(self, codes: Sequence[str]) -> Integers:
        known = self._numbers
        return np.fromiter((known.setdefault(code, len(known)) for code in codes), np.int64, len(codes))


class Column:
    """Values gathered in pieces and joined once."""

    def __init__(self, kind: Any) -> None:
        self._kind = kind
        self._pieces: list[Any] = []

    def add(self, values: Any) -> None:
        self._pieces.append(np.asarray(values, dtype=self._kind))

    def joined(self) -> Any:
        return np.concatenate(self._pieces) if self._pieces else np.zeros(0, dtype=self._kind)


def tokens(joined: bytes) -> Tokens:
    """Returns tokens that stand behind each other. They compare right although they may end in zeros: all are as
    long."""
    return np.frombuffer(joined, dtype=f"S{TOKEN_BYTES}")


def joined(hexadecimal: Sequence[str]) -> bytes:
    return bytes.fromhex("".join(hexadecimal))


def day(on: date) -> int:
    """Returns the days since 1970-01-01."""
    return (on - EPOCH).days


@dataclass
class Allocations:
    """Units as they were allocated, in any order, perhaps twice."""

    arms: Codes = field(default_factory=Codes)
    strata: Codes = field(default_factory=Codes)
    unit: Column = field(default_factory=lambda: Column(f"S{TOKEN_BYTES}"))
    cluster: Column = field(default_factory=lambda: Column(f"S{TOKEN_BYTES}"))
    arm: Column = field(default_factory=lambda: Column(np.int32))
    stratum: Column = field(default_factory=lambda: Column(np.int32))

    def add(self, units: bytes, clusters: bytes, arms: Sequence[str], strata: Sequence[str]) -> None:
        self.unit.add(tokens(units))
        self.cluster.add(tokens(clusters))
        self.arm.add(self.arms.number(arms))
        self.stratum.add(self.strata.number(strata))


@dataclass
class Settlements:
    """Fates of units, and the day on which each chunk was first dealt with."""

    arms: Codes = field(default_factory=Codes)
    unit: Column = field(default_factory=lambda: Column(f"S{TOKEN_BYTES}"))
    arm: Column = field(default_factory=lambda: Column(np.int32))
    sent: Column = field(default_factory=lambda: Column(np.bool_))
    chunk: Column = field(default_factory=lambda: Column(np.int64))
    days: dict[int, int] = field(default_factory=dict)

    def add(self, chunk: int, on: date, units: bytes, arms: Sequence[str], states: Sequence[str]) -> None:
        self.unit.add(tokens(units))
        self.arm.add(self.arms.number(arms))
        self.sent.add([state == SENT for state in states])
        self.chunk.add(np.full(len(states), chunk))
        self.days[chunk] = min(day(on), self.days.get(chunk, day(on)))


@dataclass
class Outcomes:
    """Outcomes by unit, in every version that was said."""

    codes: Codes = field(default_factory=Codes)
    id: Column = field(default_factory=lambda: Column(f"S{TOKEN_BYTES}"))
    version: Column = field(default_factory=lambda: Column(np.int64))
    unit: Column = field(default_factory=lambda: Column(f"S{TOKEN_BYTES}"))
    code: Column = field(default_factory=lambda: Column(np.int64))
    day: Column = field(default_factory=lambda: Column(np.int64))
    amount: Column = field(default_factory=lambda: Column(np.float64))
    void: Column = field(default_factory=lambda: Column(np.bool_))

    def add(self, ids: bytes, units: bytes, codes: Sequence[str], rest: Sequence[Sequence[int]]) -> None:
        """`rest` has version, day, pence and void (0 or 1) of each outcome."""
        self.id.add(tokens(ids))
        self.unit.add(tokens(units))
        self.code.add(self.codes.number(codes))
        columns = (self.version, self.day, self.amount, self.void)
        for column, values in zip(columns, zip(*rest, strict=True), strict=True):
            column.add(values)


@dataclass
class KeptColumns:
    """All that planner keeps of one campaign's trial. `returned` are units whose letter came back."""

    allocations: Allocations = field(default_factory=Allocations)
    settlements: Settlements = field(default_factory=Settlements)
    outcomes: Outcomes = field(default_factory=Outcomes)
    returned: Column = field(default_factory=lambda: Column(f"S{TOKEN_BYTES}"))
