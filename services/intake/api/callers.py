"""Who may do what at intake's API."""

from typing import Annotated

from fastapi import Depends

from shared.web.access import Principal, allowed

Handler = Annotated[Principal, Depends(allowed("contacts:write"))]
Issuer = Annotated[Principal, Depends(allowed("letter-issuer:write"))]
Reader = Annotated[Principal, Depends(allowed("contacts:read"))]
Counter = Annotated[Principal, Depends(allowed("contacts:read", "figures:read"))]
