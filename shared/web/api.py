"""The HTTP application of a service, with all that the services have in common."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, FastAPI
from prometheus_client import CollectorRegistry

from shared.web import operations
from shared.web.bodies.inputs import clean_input
from shared.web.bodies.limits import SizeLimit
from shared.web.callers.access import Access
from shared.web.dependencies import provide
from shared.web.door import Door
from shared.web.problems import DESCRIBED, add_problem_handlers
from shared.web.site.docs.pages import Messages, add_description
from shared.web.site.error_pages import ErrorPages
from shared.web.site.site import Site, lead_to_sign_in, site_routers
from shared.web.site.visitors import SignInFirst
from shared.web.tracing import add_tracing


def build_api(
    title: str,
    router: APIRouter,
    parts: Mapping[type, object],
    *,
    registry: CollectorRegistry,
    size_limits: Mapping[str, int],
    site: Site | None = None,
    messages: Messages | None = None,
) -> FastAPI:
    """`parts` are what functions ask for by type; `size_limits`: bytes accepted for paths with an ending; `site`, what
    pages for people need; `messages` are described beside the API.
    """
    api = FastAPI(
        title=title,
        version="1",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a redirect would go to the Host that a caller names
    )
    provide(api, {CollectorRegistry: registry, **parts, **(site.parts if site else {})})
    api.add_middleware(SizeLimit, limits=size_limits)
    if isinstance(access := parts.get(Access), Access):
        api.add_middleware(Door, api=api, access=access, streams=size_limits)
    if site is not None:
        api.add_middleware(ErrorPages, look=site.look, visitors=site.visitors)
        api.exception_handler(SignInFirst)(lead_to_sign_in)
        add_description(api, site.look, messages or Messages())
    add_tracing(api, registry)
    add_problem_handlers(api)
    api.router.routes.extend(_with_common(router).routes)
    return api


_whole: dict[int, APIRouter] = {}
"""Routers by the identity of the router of a service, which each keeps alive."""


def _with_common(router: APIRouter) -> APIRouter:
    """Returns a service's operations with those that all services have. FastAPI works out every included operation
    anew for each application, which takes planner half a second: applications of one process share it."""
    if id(router) not in _whole:
        whole = APIRouter(responses=dict(DESCRIBED), dependencies=[Depends(clean_input)])
        whole.include_router(operations.router)
        for each in site_routers:
            whole.include_router(each)
        whole.include_router(router)
        _whole[id(router)] = whole
    return _whole[id(router)]
