"""Operations over HTTP: the state now, or followed as it changes; and the replay of dead letters."""

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from services.notifier.operations.feed import Feed
from services.notifier.operations.state import OperationsState
from shared.principal import Principal
from shared.web.callers.access import allowed
from shared.web.dependencies import part

EVENT_STREAM = "text/event-stream"
FOLLOWED_SECONDS = 600.0
"""After so long a stream ends, and whoever follows connects anew: then its key is looked at again."""
STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
BEAT = ": nothing has changed\n\n"

Reader = Annotated[Principal, Depends(allowed("operations:read"))]
TheFeed = Annotated[Feed, Depends(part(Feed))]

router = APIRouter(prefix="/v1/operations", tags=["operations"])


@router.get(
    "/state",
    response_model=OperationsState,
    responses={200: {"content": {EVENT_STREAM: {}}, "description": "The state, or a stream of its changes"}},
)
async def state(request: Request, _caller: Reader, feed: TheFeed) -> Response:
    """Queues, dead letters, the closed loop and replays, at most two seconds old.

    With `Accept: text/event-stream` it is followed as server-sent events, each with the whole state, as it changes.
    """
    if EVENT_STREAM not in request.headers.get("accept", ""):
        return JSONResponse((await feed.now()).model_dump(mode="json"), headers={"Cache-Control": "no-store"})
    return StreamingResponse(_events(feed), media_type=EVENT_STREAM, headers=STREAM_HEADERS)


def server_sent(data: str) -> str:
    """Returns one event of a stream; each line of the data is a line of it."""
    return "".join(f"data: {line}\n" for line in data.splitlines()) + "\n"


async def _events(feed: Feed) -> AsyncIterator[str]:
    async for found in feed.follow(FOLLOWED_SECONDS):
        yield server_sent(json.dumps(found.model_dump(mode="json"))) if found else BEAT
