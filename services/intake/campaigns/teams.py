"""The teams that a customer can be passed to: those that there are for everybody, and those that a campaign names."""

from services.intake.campaigns.campaign import KnownCampaign
from services.intake.campaigns.routing import default_routing
from shared.errors import Invalid, Problem


def teams_for(campaign: KnownCampaign | None) -> frozenset[str]:
    """Returns the teams of `routing.yaml`; for a campaign also those of its rules and the owner of its disclosures."""
    if campaign is None:
        return default_routing().teams
    own = campaign.rules.rules if campaign.rules else ()
    owners = {campaign.process.owner} if campaign.process else set()
    return default_routing().teams | owners | {rule.team for rule in own}


def expect_known_team(team: str, campaign: KnownCampaign | None) -> None:
    """Raises `Invalid` with the names of all teams where `team` is none: nobody would see what is passed to it."""
    teams = teams_for(campaign)
    if team not in teams:
        message = f"there is no such team; there are {', '.join(sorted(teams))}"
        raise Invalid(message, Problem("team", "known", message))
