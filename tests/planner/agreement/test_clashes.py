"""Clashes with other campaigns must be decided."""

from typing import Any

from services.planner.agreement.clashes import OtherCampaign
from services.planner.lifecycle import State
from services.planner.plan.plan import Plan
from services.planner.readiness import Circumstances
from tests.planner.given.plans import RULES, answered, draft, missing, plan


def test_a_clash_needs_a_decision_while_it_is_as_it_was() -> None:
    whole = answered(draft())

    def circumstances(**changes: Any) -> Circumstances:
        other = Plan.model_validate(plan(**changes))
        return Circumstances(
            RULES, [OtherCampaign(reference="OTM-26-0007", title="Other", state=State.LIVE, plan=other)]
        )

    clashing = {("clashes.OTM-26-0007", "decided")}
    assert missing(whole, circumstances=circumstances()) == clashing
    groups = [plan()["groups"][0] | {"code": "tenants"}]
    assert missing(whole, circumstances=circumstances(groups=groups)) == set()
    assert missing(whole, circumstances=circumstances(groups=[])) == clashing  # it may reach anybody
    assert missing(whole, circumstances=circumstances(regime="vat")) == set()
    assert missing(whole, circumstances=circumstances(launch="2026-11-02", respond_by="2026-11-30")) == set()
