"""Results of an earlier campaign, beside what this plan expects."""

from services.planner.campaign import EarlierCampaign
from services.planner.plan.plan import Plan
from shared.values import Value

NOT_KNOWN = "Not known"
HUNDRED = 100


class Beside(Value):
    """One figure: of the earlier campaign, and as this plan expects it; None where a plan expects nothing of it."""

    name: str
    earlier: str
    plan: str | None = None


def beside(earlier: EarlierCampaign, plan: Plan) -> list[Beside]:
    """Returns the figures of both, in words."""
    contacts = earlier.responses.get("contact", 0)
    return [
        Beside(name="Letters", earlier=_number(earlier.issued), plan=_number(plan.communications or None)),
        Beside(name="Contacts", earlier=_number(contacts), plan=_number(plan.contacts)),
        Beside(
            name="Contacts for each 100 letters",
            earlier=_for_each_hundred(contacts, earlier.issued),
            plan=_for_each_hundred(plan.contacts, plan.communications),
        ),
        Beside(name="New information volunteered", earlier=_number(earlier.responses.get("volunteered", 0))),
    ]


def _number(value: int | None) -> str:
    return NOT_KNOWN if value is None else f"{value:,}"


def _for_each_hundred(contacts: int | None, letters: int | None) -> str:
    return NOT_KNOWN if contacts is None or not letters else f"{HUNDRED * contacts / letters:.1f}"
