"""Referrals and the work lists of teams, over HTTP."""

from fastapi import APIRouter

router = APIRouter(tags=["referrals"])
