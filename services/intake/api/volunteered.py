"""What customers volunteer, over HTTP."""

from fastapi import APIRouter

router = APIRouter(tags=["volunteered"])
