"""Assets over HTTP."""

from fastapi import APIRouter
from starlette.responses import Response

from shared.web.site.look import TheLook

FOR_GOOD = "public, max-age=31536000, immutable"
router = APIRouter(include_in_schema=False)


@router.get("/assets/{name}")
async def asset(name: str, look: TheLook) -> Response:
    """Returns a style sheet, a script or a picture of the pages. Its name changes with its content."""
    found = look.assets.get(name)
    headers = {"Cache-Control": FOR_GOOD, "X-Content-Type-Options": "nosniff"}
    return Response(found.content, media_type=found.media_type, headers=headers)
