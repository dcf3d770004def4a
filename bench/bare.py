"""The floor that intake is measured against: an endpoint that reads the same JSON, inserts the same document, and does
nothing else. `PUT /model` takes the document to insert, as BSON.

python -m bench.bare PORT MONGO_URL DATABASE
"""

import sys
from typing import Any

import bson
import uvicorn
from fastapi import FastAPI, Request
from motor.motor_asyncio import AsyncIOMotorClient

from shared.identifiers import new_id


def build(mongo_url: str, database: str) -> FastAPI:
    """Writes are acknowledged by a majority and journalled, as intake's are."""
    api = FastAPI()
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongo_url, w="majority", journal=True)
    floor = client[database]["floor"]
    model: dict[str, Any] = {}

    @api.get("/health/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ok"}

    @api.put("/model")
    async def set_model(request: Request) -> None:
        model.update(bson.decode(await request.body()))

    @api.post("/floor", status_code=201)
    async def insert(contact: dict[str, Any]) -> dict[str, str]:  # noqa: ARG001 - read as intake reads it
        identifier = new_id()
        await floor.insert_one({**model, "_id": identifier})
        return {"contact": identifier}

    return api


if __name__ == "__main__":
    port, url, name = sys.argv[1:]
    uvicorn.run(build(url, name), port=int(port), log_config=None, access_log=False)
