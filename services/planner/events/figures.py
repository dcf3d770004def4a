"""Events about figures as they turn out: after the population is loaded, and after a pause."""

from services.planner.campaign import Campaign, Change
from services.planner.decisions.population import TOLD
from services.planner.forecast.forecast import forecast
from services.planner.forecast.schedule.going_out import waves_to_come
from services.planner.plan.wave_size import WaveSize
from shared.contracts import Contract, FiguresChanged


def figures_changed(campaign: Campaign, change: Change) -> list[Contract]:
    """Returns nothing where nobody has to hear of the population."""
    if change.about != TOLD or campaign.eligible is None:
        return []
    waves = waves_to_come(campaign.plan, campaign.eligible, ())
    return [
        FiguresChanged(
            campaign=campaign.reference,
            version=campaign.version,
            plan_version=campaign.plan_version,
            reason=change.reason,
            planned=campaign.plan.customers or 0,
            customers=campaign.eligible,
            waves=waves,
            expected_contacts=forecast(campaign.plan, [WaveSize(on=wave.on, size=wave.size) for wave in waves]),
            changed_at=change.at,
        )
    ]
