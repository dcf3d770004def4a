"""Callers of intake's API and the scopes that they need."""

from typing import Annotated

from fastapi import Depends

from services.intake.access_log import PersonalData
from shared.errors import Forbidden, NotFound
from shared.principal import Principal
from shared.web.bodies.signed_stream import SignedStream, signed_stream
from shared.web.callers.access import allowed
from shared.web.callers.signing import signed
from shared.web.dependencies import part

EVERY_TEAM = "teams:all"

Handler = Annotated[Principal, Depends(allowed("contacts:write"))]
Issuer = Annotated[Principal, Depends(signed("letter-issuer:write"))]
IssuerStream = Annotated[SignedStream, Depends(signed_stream("letter-issuer:write"))]
Reader = Annotated[Principal, Depends(allowed("contacts:read"))]
Counter = Annotated[Principal, Depends(allowed("contacts:read", "figures:read"))]
Discloser = Annotated[Principal, Depends(allowed("contacts:write", "disclosures:work"))]
DisclosureTeam = Annotated[Principal, Depends(allowed("disclosures:work"))]
ReferralTeam = Annotated[Principal, Depends(allowed("referrals:work"))]
Router = Annotated[Principal, Depends(allowed("routing:write"))]
Recorder = Annotated[Principal, Depends(allowed("outcomes:write"))]
Personal = Annotated[PersonalData, Depends(part(PersonalData))]


def team_of(caller: Principal) -> str | None:
    """The one team whose work the caller sees; None for every team. Raises `Forbidden` for nobody's."""
    if EVERY_TEAM in caller.scopes:
        return None
    if caller.team is None:
        raise Forbidden(f"this needs a key that names your team, or the scope {EVERY_TEAM}")
    return caller.team


def sees_team(caller: Principal, team: str) -> bool:
    """Returns whether the caller may see the contacts that `team` took."""
    return EVERY_TEAM in caller.scopes or caller.works_for == team


def works_on(caller: Principal, scope: str, team: str) -> bool:
    """Returns whether the caller has the scope for the work of `team`, or of every team."""
    return scope in caller.scopes and (EVERY_TEAM in caller.scopes or caller.team == team)


def expect_team(caller: Principal, team: str) -> None:
    """Raises `NotFound` for what is another team's: that it is there is none of the caller's business."""
    if team_of(caller) not in (None, team):
        raise another_teams()


def another_teams() -> NotFound:
    return NotFound("there is nothing here that your team may see")
