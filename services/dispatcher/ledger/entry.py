"""Entries of the ledger, one for each customer of a chunk, and their results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.dispatcher.schedule.chunk import Issue

Outcome = Literal["planned", "issued", "failed"]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A communication of a chunk in the ledger.

    `tried_at`: it was handed to a provider then, who may or may not have taken it. `put_off`: when to try a recipient
    again who could not be reached, for the first time at `put_off_since`. `reported`: a receipt came of it.
    """

    reference: str
    row: int
    arm: str
    channel: str
    language: str
    outcome: Outcome
    issue: Issue
    reason: str | None = None
    tried_at: datetime | None = None
    put_off: datetime | None = None
    put_off_since: datetime | None = None
    customer: str | None = None
    extra_support: bool = False
    reported: bool = False
    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class LedgerRecord:
    """A customer of a chunk in the ledger, in any state; `channel` is None where nothing is to be sent. `customer` is
    their token.

    `copied`: a copy went to the agent. `confirmed`: the channel said that it took this very communication.
    """

    reference: str
    row: int
    arm: str
    state: str
    channel: str | None = None
    copied: bool = False
    confirmed: bool = False
    customer: str | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """Entries of a chunk and a channel that are said together: once said, nothing is added. `suppressed` is by reason;
    `issue` is that of the suppressed, and of all entries unless some had to wait."""

    issue: Issue
    entries: Sequence[LedgerEntry]
    suppressed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Unsent:
    """A customer of a chunk who gets nothing: in a control arm at `issue`, or suppressed, for `reason`, when the
    customers of `channel` were judged. `customer` stands for them in events."""

    row: int
    arm: str
    customer: str | None
    issue: Issue
    channel: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A provider's answer to one communication: `provider_id` is its own name for it."""

    reference: str
    outcome: Literal["issued", "failed"]
    provider_id: str | None = None
    reason: str | None = None
