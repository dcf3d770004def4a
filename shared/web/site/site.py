"""The site as a service has it: how people are recognised, how pages look, and the pages that all services share."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from shared.clock import Clock
from shared.running.settings import SiteSettings
from shared.running.watched_file import WatchedFile
from shared.web.callers.access import Access
from shared.web.site import serving
from shared.web.site.cookies import Cookies
from shared.web.site.drafts import Drafts
from shared.web.site.endings import Endings
from shared.web.site.identity import sign_in, sign_out
from shared.web.site.identity.provider import Provider
from shared.web.site.look import Look
from shared.web.site.roles import load_roles
from shared.web.site.sealing import Seal
from shared.web.site.session import Sessions
from shared.web.site.visitors import SignInFirst, Visitors

site_routers = (serving.router, sign_in.router, sign_out.router)


@dataclass(frozen=True, slots=True)
class Site:
    look: Look
    visitors: Visitors
    door: sign_in.Door

    @classmethod
    def of(
        cls,
        settings: SiteSettings,
        service: str,
        templates: Mapping[str, Path],
        seal: Seal,
        drafts: Drafts,
        endings: Endings,
        access: Access,
        clock: Clock,
    ) -> Self:
        sessions = Sessions(settings, seal, clock)
        cookies = Cookies(secure=(settings.address or "").startswith("https://"))
        provider = Provider(settings.oidc) if settings.oidc else None
        visitors = Visitors(sessions, cookies, WatchedFile(settings.roles_file, load_roles), drafts, endings, access)
        look = Look(settings, service, templates, sessions, cookies, provider.origin if provider else "")
        return cls(look, visitors, sign_in.Door(settings, visitors, look, seal, provider))

    @property
    def parts(self) -> Mapping[type, object]:
        """The parts that pages ask for by type."""
        return {Look: self.look, Visitors: self.visitors, sign_in.Door: self.door}


async def lead_to_sign_in(_request: Request, error: Exception) -> Response:
    """Returns the way to sign-in, and from there back to where somebody wanted to be."""
    if not isinstance(error, SignInFirst):
        raise error
    asked = {"to": error.to, **({"kept": "yes"} if error.kept else {})}
    return RedirectResponse(f"/sign-in?{urlencode(asked)}", HTTP_303_SEE_OTHER, {"Cache-Control": "no-store"})
