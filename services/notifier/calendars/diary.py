"""Dates of a campaign for the diary, all of one state of its plan; what took place stays as it was."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.notifier.campaigns.campaign import Known
from services.notifier.campaigns.dates import LAUNCH, RESPOND_BY, plan_dates, wave_of
from services.notifier.rendering.content import DiaryDate


def diary(known: Known) -> tuple[DiaryDate, ...]:
    """Returns every date that the campaign has or had. Each change of the campaign makes the sequence and the stamp of
    all of them grow; a date that the plan does not have any more, or that will not come, is cancelled.
    """
    if known.plan is None:
        return ()
    now = plan_dates(known.plan)
    dates = {**known.past_dates, **now}
    return tuple(_entry(known, key, dates[key], key in now) for key in sorted(dates, key=_order))


def _entry(known: Known, key: str, on: date, planned: bool) -> DiaryDate:
    wave = wave_of(key)
    took_place = _took_place(known, key)
    cancelled = not took_place and (known.over or not planned)
    return DiaryDate(
        key=key,
        campaign=known.campaign,
        summary=_summary(known, key),
        on=known.started_on.get(wave, on) if wave else on,
        sequence=known.changes,
        stamped=known.changed_at or _approved_at(known),
        cancelled=cancelled,
        tentative=not (took_place or cancelled) and known.unsettled,
        wave=wave,
    )


def _took_place(known: Known, key: str) -> bool:
    """Returns whether a date is past changing. Customers who have a letter are asked to act also after a stop."""
    wave = wave_of(key)
    if wave is not None:
        return wave in known.started
    return known.launched if key == LAUNCH else bool(known.started) and known.over


def _summary(known: Known, key: str) -> str:
    wave, campaign = wave_of(key), known.campaign
    if wave is None:
        words = {LAUNCH: f"{campaign} launches", RESPOND_BY: f"{campaign}: customers are asked to act by today"}
        return words[key]
    sizes = {each.number: each.size for each in known.plan.waves} if known.plan else {}
    return f"{campaign}: wave {wave}" + (f", {sizes[wave]:,} communications" if wave in sizes else "")


def _approved_at(known: Known) -> Any:
    return known.approved.approved_at if known.approved else None


def _order(key: str) -> tuple[int, int]:
    ranks: Mapping[str, int] = {LAUNCH: 0, RESPOND_BY: 2}
    return ranks.get(key, 1), wave_of(key) or 0
