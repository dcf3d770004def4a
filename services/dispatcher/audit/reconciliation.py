"""Reconciliation of a campaign: every row of its population accounted for once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from services.dispatcher.campaigns.campaign import DispatchedCampaign, Status
from shared.contracts.communications import ArmReconciliation


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Rows of a population by what became of them. `left` are those not dealt with yet, `cancelled` those who get
    nothing because the campaign was stopped. `findings` count what nothing explains, by what is wrong."""

    rows: int = 0
    rejected: int = 0
    suppressed: int = 0
    arms: Sequence[ArmReconciliation] = ()
    left: int = 0
    cancelled: int = 0
    findings: Mapping[str, int] = field(default_factory=dict)

    @property
    def tallies(self) -> bool:
        return self.left == 0 and not self.findings


class Counted(Protocol):
    """Store that counts anew."""

    async def reconcile(self, campaign: DispatchedCampaign) -> tuple[int, int, int, Sequence[ArmReconciliation]]: ...

    async def doubled_and_missing(self, campaign: DispatchedCampaign) -> tuple[int, int]:
        """Returns the number of entries of the ledger that are more than the customers of their chunks, and the number
        of customers of finished chunks without one."""
        ...


async def reconciled(repository: Counted, campaign: DispatchedCampaign) -> Reconciliation:
    if campaign.load is None:
        return Reconciliation()
    rows, rejected, suppressed, arms = await repository.reconcile(campaign)
    doubled, missing = await repository.doubled_and_missing(campaign)
    findings = {
        "control-issued": sum(arm.issued + arm.failed for arm in arms if arm.control),
        "missing-in-the-ledger": missing,
        "twice-in-the-ledger": doubled,
    }
    left = max(rows - rejected - suppressed - sum(map(_dealt_with, arms)) + doubled - missing, 0)
    stopped = campaign.status is Status.STOPPED
    return Reconciliation(
        rows, rejected, suppressed, arms,
        left=0 if stopped else left,
        cancelled=left if stopped else 0,
        findings={what: count for what, count in findings.items() if count},
    )  # fmt: skip


def _dealt_with(arm: ArmReconciliation) -> int:
    """Returns the number of the arm's customers who wait for nothing any more."""
    return arm.assigned if arm.control else arm.issued + arm.failed + arm.suppressed_late
