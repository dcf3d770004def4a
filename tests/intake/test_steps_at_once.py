"""A step of a work list that another one makes possible, or impossible, between its try and its look at why."""

from typing import Any

import pytest

from services.intake.disclosures.repository.disclosures import MongoDisclosures
from services.intake.referrals.referral import ReferralStep
from services.intake.referrals.repository import MongoReferrals
from shared.errors import Conflict
from tests.intake.given.letters import send
from tests.intake.given.races import Situation, situation
from tests.support.clocks import NOON
from tests.support.inside import Inside


class Meanwhile:
    """Does something before the first look of a repository at what it has."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, repository: Any, step: Any) -> None:
        self._look = repository.get
        self._step = step
        monkeypatch.setattr(repository, "get", self._get)

    async def _get(self, identifier: str) -> Any:
        step, self._step = self._step, None
        if step is not None:
            await step()
        return await self._look(identifier)


@pytest.fixture
async def at(intake: Inside) -> Situation:
    return await situation(intake, send)


async def test_a_disclosure_acknowledged_just_now_is_routed_and_not_only_said_to_be(
    intake: Inside, at: Situation, monkeypatch: pytest.MonkeyPatch
) -> None:
    disclosures = intake.part(MongoDisclosures)

    async def acknowledge() -> None:
        await disclosures.step(at.disclosure, "acknowledged", "officer", NOON, None)

    Meanwhile(monkeypatch, disclosures, acknowledge)
    routed = await disclosures.step(at.disclosure, "routed", "officer", NOON, "compliance")
    assert (routed.state, routed.owner) == ("routed", "compliance")
    assert [step.state for step in routed.history] == ["received", "acknowledged", "routed"]


async def test_a_disclosure_that_cannot_be_routed_yet_is_refused(intake: Inside, at: Situation) -> None:
    with pytest.raises(Conflict, match="acknowledged first"):
        await intake.part(MongoDisclosures).step(at.disclosure, "routed", "officer", NOON, "compliance")


async def test_a_referral_accepted_just_now_is_closed_and_not_only_said_to_be(
    intake: Inside, at: Situation, monkeypatch: pytest.MonkeyPatch
) -> None:
    referrals = intake.part(MongoReferrals)

    async def accept() -> None:
        await referrals.step(at.referral, ReferralStep(state="accepted", by="adviser", at=NOON))

    Meanwhile(monkeypatch, referrals, accept)
    closed = await referrals.step(at.referral, ReferralStep(state="closed", by="adviser", at=NOON, why="done"))
    assert closed.state == "closed"
