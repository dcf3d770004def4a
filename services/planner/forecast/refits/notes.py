"""The re-fit of a campaign that planner keeps: rates by what came after what went out, and what that means for waves to
come.
"""

from collections.abc import Sequence
from datetime import timedelta

from services.planner.forecast.assumptions import Assumptions
from services.planner.forecast.plan_assumptions import plan_assumptions
from services.planner.forecast.refits.refit import Fit, letters_instead, refit
from services.planner.forecast.refits.standing import Standing
from services.planner.forecast.requests import CampaignFit, WaveNow
from services.planner.plan.wave_size import WaveSize
from shared.errors import Invalid, Problem


def fit_of(stands: Standing) -> tuple[Assumptions, Fit]:
    """Returns the assumptions of what is out, and the fit to the contacts until yesterday: today's are not all in.
    Raises `Invalid` while nothing is out.
    """
    if not stands.out:
        raise Invalid(
            "nothing has gone out", Problem("campaign", "issued", "a re-fit needs communications that are out")
        )
    if stands.observed is None:
        raise ValueError("a re-fit needs a standing that was read with who got in touch")
    given = plan_assumptions(stands.plan, (*stands.out, *stands.ahead))
    until = stands.today - timedelta(days=1)
    return given, refit(given, stands.out, [each for each in stands.observed if each.on <= until], until)


def wave_notes(given: Assumptions, fit: Fit, waves: Sequence[WaveSize]) -> tuple[WaveNow, ...]:
    """Returns for each of `waves` what it was planned to bring and would bring now."""
    notes = []
    for wave in waves:
        planned, now, letters = letters_instead(given, fit, wave)
        notes.append(WaveNow(on=wave.on, size=wave.size, planned=planned, now=now, letters=letters))
    return tuple(notes)


def campaign_fit(reference: str, stands: Standing) -> CampaignFit:
    given, fit = fit_of(stands)
    return CampaignFit(campaign=reference, fit=fit, waves=wave_notes(given, fit, stands.ahead))
