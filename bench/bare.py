"""The floor that intake is measured against: an endpoint that inserts the same document, and nothing else.

python -m bench.bare PORT MONGO_URL DATABASE
"""

import sys
from typing import Any

import uvicorn
from fastapi import FastAPI
from motor.motor_asyncio import AsyncIOMotorClient

from shared.identifiers import new_id


def build(mongo_url: str, database: str) -> FastAPI:
    """Writes are acknowledged by a majority and journalled, as intake's are."""
    api = FastAPI()
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongo_url, w="majority", journal=True)
    floor = client[database]["floor"]

    @api.get("/health/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ok"}

    @api.post("/floor", status_code=201)
    async def insert(document: dict[str, Any]) -> dict[str, str]:
        identifier = new_id()
        await floor.insert_one({"_id": identifier, **document})
        return {"contact": identifier}

    return api


if __name__ == "__main__":
    port, url, name = sys.argv[1:]
    uvicorn.run(build(url, name), port=int(port), log_config=None, access_log=False)
