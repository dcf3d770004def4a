"""Suppression lists over HTTP: customers who are written to by no campaign."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from services.dispatcher.customers.reference import PICTURE, KnownBy, ReferenceRule
from services.dispatcher.files.api import upload_of
from services.dispatcher.population.repository.population import MongoPopulation
from services.dispatcher.suppression.list_summary import ListSummary
from services.dispatcher.suppression.lists import SuppressionLists
from services.dispatcher.suppression.repository.suppressions import MongoSuppressions
from shared.customers.reference import OWN, Kind
from shared.errors import Invalid, Problem
from shared.principal import Principal
from shared.values import CampaignReference, Code
from shared.web.callers.access import allowed
from shared.web.dependencies import part

Keeper = Annotated[Principal, Depends(allowed("population:write"))]
Suppressions = Annotated[MongoSuppressions, Depends(part(MongoSuppressions))]
Lists = Annotated[SuppressionLists, Depends(part(SuppressionLists))]
Population = Annotated[MongoPopulation, Depends(part(MongoPopulation))]
Picture = Annotated[str | None, Query(pattern=PICTURE, description="Of kind own, as the campaign's schema has it")]
Campaign = Annotated[CampaignReference | None, Query(description="Needed for kind own: whose references they are")]


async def known_by(kind: Kind, population: Population, picture: Picture = None, campaign: Campaign = None) -> KnownBy:
    """Returns the kind of reference in the list. Raises `Invalid`."""
    if kind == OWN:
        return await _own(population, picture, campaign)
    if picture is not None:
        raise _refused("picture", "kind-own", "a picture is for references of kind own")
    if campaign is not None:
        message = "a campaign is for references of kind own: a list of any other kind holds for all campaigns"
        raise _refused("campaign", "kind-own", message)
    return KnownBy(ReferenceRule(kind=kind), None)


async def _own(population: MongoPopulation, picture: str | None, campaign: str | None) -> KnownBy:
    """A list of references that no customer has would hold nobody back, and nobody would know."""
    if campaign is None:
        message = "references of kind own mean other customers in each campaign: say which campaign the list is for"
        raise _refused("campaign", "required", message)
    schema = await population.declared_schema(campaign)
    if schema is None or schema.reference.kind != OWN:
        message = f"{campaign} has no references of its own: declare the schema of its population first"
        raise _refused("campaign", "no-own-references", message)
    if picture not in (None, schema.reference.picture):
        raise _refused("picture", "another", f"the references of {campaign} have another picture")
    return KnownBy(schema.reference, campaign)


def _refused(field: str, rule: str, message: str) -> Invalid:
    return Invalid(message, Problem(field, rule, message))


router = APIRouter(prefix="/v1/suppression-lists", tags=["suppression"])


@router.put("/{name}/entries")
async def replace_list(
    name: Code,
    request: Request,
    caller: Keeper,
    lists: Lists,
    known_by: Annotated[KnownBy, Depends(known_by)],
) -> ListSummary:
    """Sends a list as CSV: customer_reference,reason,from,until (days as 2026-09-07, or nothing). It takes the place of
    the list that had its name, and counts at once: for populations still to load, and before every issue. One of
    kind own counts in its campaign alone."""
    return await lists.replace(name, known_by, upload_of(request, caller.subject))


@router.get("")
async def suppression_lists(_caller: Keeper, suppressions: Suppressions) -> list[ListSummary]:
    """Lists all suppression lists: the number of customers, by reason, and who sent each."""
    return await suppressions.lists()


@router.delete("/{name}", status_code=204)
async def withdraw_list(name: Code, caller: Keeper, lists: Lists) -> None:
    """Withdraws the list: customers who are in no other list can be written to again."""
    await lists.withdraw(name, caller.subject)
