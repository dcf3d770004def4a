"""The teams that a customer can be passed to: those that there are for everybody, and those that a campaign names."""

from services.intake.campaigns.campaign import KnownCampaign
from services.intake.campaigns.routing import Rules, default_routing
from shared.errors import Invalid, Problem


def teams_for(campaign: KnownCampaign | None) -> frozenset[str]:
    """Returns the teams of `routing.yaml`; for a campaign also those of its rules and the owner of its disclosures."""
    if campaign is None:
        return default_routing().teams
    own = {*campaign.rules.teams, *(rule.team for rule in campaign.rules.rules)} if campaign.rules else set()
    owners = {campaign.process.owner} if campaign.process else set()
    return default_routing().teams | owners | own


def expect_known_teams(rules: Rules, campaign: KnownCampaign | None) -> None:
    """Raises `Invalid` for rules that name a team which there is not, and which they do not bring themselves."""
    owners = {campaign.process.owner} if campaign and campaign.process else set()
    known = default_routing().teams | owners | rules.teams
    unknown = [place for place, rule in enumerate(rules.rules) if rule.team not in known]
    if unknown:
        message = f"there is no such team: take one of {', '.join(sorted(known))}, or name a new one in teams"
        raise Invalid(message, *(Problem(f"rules.{place}.team", "known", message) for place in unknown))


def expect_known_team(team: str, campaign: KnownCampaign | None) -> None:
    """Raises `Invalid` with the names of all teams where `team` is none: nobody would see what is passed to it."""
    teams = teams_for(campaign)
    if team not in teams:
        message = f"there is no such team; there are {', '.join(sorted(teams))}"
        raise Invalid(message, Problem("team", "known", message))
