"""What customers did in the end, over HTTP."""

from fastapi import APIRouter

router = APIRouter(tags=["outcomes"])
