"""Help: a designer asks a team, and somebody of the team answers."""

from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.help.requests import HELPERS, MOST_REQUESTS, HelpGiven, HelpRequest, HelpWanted
from services.planner.lifecycle import Step, after
from shared.errors import Conflict, Invalid, NotFound, Problem


def ask_help(campaign: Campaign, wanted: HelpWanted, act: Act) -> Campaign:
    """Returns the campaign with one more request. Raises `Invalid` for a team that cannot be asked."""
    after(campaign.state, Step.ASK_HELP)
    if wanted.team not in HELPERS:
        raise Invalid("nobody helps there", Problem("team", "known", f"ask {', '.join(HELPERS)}"))
    if len(campaign.help) >= MOST_REQUESTS:
        raise Conflict(f"a campaign has at most {MOST_REQUESTS} requests for help: speak to the team")
    number = len(campaign.help) + 1
    asked = HelpRequest(number=number, asked_by=act.by, asked_at=act.at, **wanted.model_dump())
    return campaign.with_changes(act.change(Step.ASK_HELP, f"help-{number}", wanted), help=(*campaign.help, asked))


def give_help(campaign: Campaign, number: int, given: HelpGiven, act: Act) -> Campaign:
    """Returns the campaign with a request answered; an answer may be given again, in other words."""
    after(campaign.state, Step.GIVE_HELP)
    asked = request(campaign, number)
    answered = asked.model_copy(update={"answer": given.answer, "answered_by": act.by, "answered_at": act.at})
    requests = tuple(answered if each.number == number else each for each in campaign.help)
    return campaign.with_changes(act.change(Step.GIVE_HELP, f"help-{number}", given), help=requests)


def request(campaign: Campaign, number: int) -> HelpRequest:
    for each in campaign.help:
        if each.number == number:
            return each
    raise NotFound(f"{campaign.reference} has no request for help {number}: it has {len(campaign.help)}")
