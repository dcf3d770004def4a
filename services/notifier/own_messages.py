"""Notifier's messages to itself. Its consumers tell what has come due, with their retries and dead letters."""

from datetime import date
from typing import ClassVar

from shared.contracts.base import CampaignContract, Contract
from shared.values import Code, Identifier, Number


class MomentCame(CampaignContract):
    """A moment that a rule waits for: `on` is the day it belongs to, `wave` the wave that did not start."""

    event_type: ClassVar[str] = "moment.came.v1"
    private: ClassVar[bool] = True
    moment: Identifier
    rule: Code
    on: date
    wave: Number | None = None


class AnswerMissing(Contract):
    """Nobody has acknowledged a thread in time. `step` counts the times that was so, from 1."""

    event_type: ClassVar[str] = "answer.missing.v1"
    private: ClassVar[bool] = True
    thread: Identifier
    step: Number

    @property
    def subject(self) -> str:
        return self.thread


class DeadlinePassed(Contract):
    """Something was to be taken up by a day and nobody said that it was."""

    event_type: ClassVar[str] = "deadline.passed.v1"
    private: ClassVar[bool] = True
    thread: Identifier
    rule: Code

    @property
    def subject(self) -> str:
        return self.thread


class DigestDue(Contract):
    """The entries gathered under `digest` are to be told."""

    event_type: ClassVar[str] = "digest.due.v1"
    private: ClassVar[bool] = True
    digest: Identifier

    @property
    def subject(self) -> str:
        return self.digest
