"""Documents of campaigns as the store has them, read as dispatcher uses them."""

from collections.abc import Mapping
from typing import Any

from services.dispatcher.campaigns.campaign import Decision, DispatchedCampaign, KnownCampaign

Document = Mapping[str, Any]


def known_of(row: Document) -> KnownCampaign:
    plan, loaded = row["plan"], row.get("load") is not None
    told = {field: plan[field] for field in ("title", "customers", "launch")}
    return KnownCampaign(reference=row["_id"], loaded=loaded, corrects=bool(plan.get("corrects")), **told)


def campaign_of(document: Document, decision: Document | None) -> DispatchedCampaign:
    fields = {name: value for name, value in document.items() if name in DispatchedCampaign.model_fields}
    return DispatchedCampaign.model_validate(
        {"reference": document["_id"], "decision": decision_of(decision), **fields}
    )


def decision_of(document: Document | None) -> Decision:
    return Decision.model_validate({k: v for k, v in (document or {}).items() if k in Decision.model_fields})
