"""Suppression lists over HTTP: customers whom no campaign writes to."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ValidationError

from services.dispatcher.api.uploads import upload_of
from services.dispatcher.reference import PICTURE, ReferenceRule
from services.dispatcher.repository.suppressions import MongoSuppressions
from services.dispatcher.suppression_list import ListSummary, SuppressionLists
from shared.customer_reference import ReferenceKind
from shared.errors import Invalid, Problem
from shared.values import Code
from shared.web.access import Principal, allowed
from shared.web.parts import part

Keeper = Annotated[Principal, Depends(allowed("population:write"))]
Suppressions = Annotated[MongoSuppressions, Depends(part(MongoSuppressions))]
Picture = Annotated[str | None, Query(pattern=PICTURE, description="Needed for kind own: # a digit, @ a letter")]


def reference_rule(kind: ReferenceKind | Literal["own"], picture: Picture = None) -> ReferenceRule:
    """What the customers of the list are known by. Raises `Invalid`."""
    try:
        return ReferenceRule(kind=kind, picture=picture)
    except ValidationError:
        message = "a picture is for references of kind own, and they need one"
        raise Invalid(message, Problem("picture", "kind-own", message)) from None


router = APIRouter(prefix="/v1/suppression-lists", tags=["suppression"])


@router.put("/{name}/entries")
async def replace_list(
    name: Code,
    request: Request,
    caller: Keeper,
    lists: Annotated[SuppressionLists, Depends(part(SuppressionLists))],
    rule: Annotated[ReferenceRule, Depends(reference_rule)],
) -> ListSummary:
    """Send a list as CSV: customer_reference,reason,from,until (days as 2026-09-07, or nothing). It takes the place of
    the list that had its name, and counts at once: for populations still to load, and before every issue."""
    return await lists.replace(name, rule, upload_of(request, caller.subject).chunks, caller.subject)


@router.get("")
async def suppression_lists(_caller: Keeper, suppressions: Suppressions) -> list[ListSummary]:
    """All lists: how many customers, by reason, and who sent it."""
    return await suppressions.lists()


@router.delete("/{name}", status_code=204)
async def withdraw_list(name: Code, _caller: Keeper, suppressions: Suppressions) -> None:
    """Who is in no other list can be written to again."""
    await suppressions.withdraw(name)
