"""Delivery receipts of GOV.UK Notify, which sends them with a bearer token that was agreed with it."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from services.dispatcher.channels.providers.receipts import ReceiptToken, report_of
from services.dispatcher.ledger.delivery_reports import DeliveryReports
from shared.errors import Unauthenticated
from shared.values import Instant
from shared.web.callers.access import bearer
from shared.web.dependencies import part

router = APIRouter(prefix="/v1/receipts", tags=["receipts"])


class NotifyReceipt(BaseModel):
    """A receipt as Notify describes it. Its data about the recipient is passed over: the ledger knows who it was."""

    model_config = ConfigDict(extra="ignore")

    id: Annotated[str, Field(max_length=100, validation_alias=AliasChoices("id", "notification_id"))]
    reference: Annotated[str, Field(max_length=100)] | None = None
    status: Annotated[str, Field(min_length=1, max_length=1_000)] = "returned-letter"
    created_at: Annotated[Instant, Field(validation_alias=AliasChoices("created_at", "date_sent"))]
    sent_at: Instant | None = None
    completed_at: Instant | None = None


@router.post("/notify", status_code=204)
async def notify_receipt(
    receipt: NotifyReceipt,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    token: Annotated[ReceiptToken, Depends(part(ReceiptToken))],
    reports: Annotated[DeliveryReports, Depends(part(DeliveryReports))],
) -> None:
    """Keeps a receipt, however often it comes and in whatever order. A status that is not known is kept as
    Notify said it. A list of returned letters has no status: its letters are returned."""
    sent = credentials.credentials if credentials else ""
    if token.value is None or not hmac.compare_digest(sent.encode(), token.value.get_secret_value().encode()):
        raise Unauthenticated("the bearer token is not the one agreed for receipts")
    at = receipt.completed_at or receipt.sent_at or receipt.created_at
    report = report_of(receipt.reference, receipt.status, at, receipt.id)
    if report is not None:
        await reports.receipt(report)
