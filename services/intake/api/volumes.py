"""How many contacts there are, over HTTP."""

from fastapi import APIRouter

router = APIRouter(tags=["volumes"])
