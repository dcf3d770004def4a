"""Teams that are asked to say that they know of a campaign."""

from collections.abc import Collection, Mapping

from services.planner.agreement.sign_off import TeamSignOff
from services.planner.approving.brief import facts
from services.planner.campaign import Campaign
from services.planner.lifecycle import ENDED
from services.planner.readiness import Circumstances, team_sign_offs
from shared.values import Code

WORDS_OF_VOID = {
    "plan-changed-since": "The plan has changed since your team acknowledged it.",
    "lines-to-take-changed-since": "The lines to take have changed since your team acknowledged them.",
    "different-people": "Who acknowledged for your team had a hand in the plan: somebody else has to.",
}
TOLD_BY = ("Version of the plan", "Lines to take")
"""The facts by which an acknowledgement counts."""


def asked_of(campaign: Campaign, circumstances: Circumstances, teams: Collection[str]) -> list[TeamSignOff]:
    """Returns those of `teams` that have not said that they know of a campaign which was announced to them."""
    if campaign.announced is None or campaign.state in ENDED:
        return []
    standing = team_sign_offs(campaign, circumstances)
    return [each for each in standing if each.team in teams and not each.signed_off]


def has_changed(campaign: Campaign, seen: Mapping[str, str]) -> bool:
    """Returns whether what teams are told is other than what somebody saw."""
    now = facts(campaign)
    return any(seen.get(name) != now[name] for name in TOLD_BY)


def why_again(standing: TeamSignOff) -> str:
    """Returns in words why an earlier acknowledgement counts no longer; nothing where there was none."""
    return WORDS_OF_VOID.get(standing.why_void or "", "")


def speaks_for(scopes: Collection[Code]) -> set[str]:
    """Returns the teams for which somebody with these scopes acknowledges."""
    return {scope.removeprefix("teams:") for scope in scopes if scope.startswith("teams:")}
