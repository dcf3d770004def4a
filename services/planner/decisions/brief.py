"""Briefing: lines to take, acknowledgements of teams, and decisions about clashes."""

from services.planner.agreement.clashes import ClashChoice, ClashDecision, clashes
from services.planner.agreement.sign_off import Acknowledgement, Told
from services.planner.campaign import Campaign
from services.planner.decisions.act import Act
from services.planner.decisions.draft import reopened_if_touched
from services.planner.forecast.forecast import responses_end
from services.planner.lifecycle import State, Step, after
from services.planner.lines_to_take.words import LinesToTake, Words, words_problems
from services.planner.readiness import Circumstances, team_sign_offs
from shared.clock import LONDON
from shared.errors import Conflict, Forbidden, Invalid, NotFound, Permanent
from shared.values import OfficialText, Value


class DecisionAboutClash(Value):
    decision: ClashChoice
    reason: OfficialText


def write_lines(campaign: Campaign, words: Words, act: Act) -> Campaign:
    """Returns the campaign with a proposed version of its lines to take. Nobody uses it before it is approved."""
    expect_answering(campaign, Step.WRITE_LINES, act)
    problems = words_problems(words, frozenset(arm.code for arm in campaign.plan.arms))
    if problems:
        raise Invalid("the lines to take do not hang together", *problems)
    version = max((v.version for v in (campaign.published, campaign.proposed) if v), default=0) + 1
    proposed = LinesToTake(version=version, words=words, written_by=act.by, written_at=act.at)
    return campaign.with_changes(act.change(Step.WRITE_LINES, f"version-{version}", words), proposed=proposed)


def approve_lines(campaign: Campaign, version: int, act: Act) -> Campaign:
    """Returns the campaign with its proposed lines to take published. Raises `Forbidden` for their author."""
    act.expect_reason()
    expect_answering(campaign, Step.APPROVE_LINES, act)
    proposed = campaign.proposed
    if proposed is None or proposed.version != version:
        raise Conflict(f"version {version} does not wait for approval")
    if proposed.written_by == act.by:
        raise Forbidden("nobody approves lines to take that they wrote")
    published = proposed.model_copy(update={"approved_by": act.by, "approved_at": act.at})
    return campaign.with_changes(
        act.change(Step.APPROVE_LINES, f"version-{version}"), published=published, proposed=None
    )


def acknowledge(campaign: Campaign, team: str, told: Told, act: Act, circumstances: Circumstances) -> Campaign:
    """Returns the campaign with a team's acknowledgement. Repeated, it changes nothing, unless the person who gave the
    earlier one has had a hand in the plan since: then it takes that one's place.
    """
    expect_answering(campaign, Step.ACKNOWLEDGE, act)
    if act.by in campaign.contributors:
        raise Forbidden(f"{act.by} had a hand in the plan and cannot speak for {team}: ask somebody of the team")
    if team not in {one.team for one in team_sign_offs(campaign, circumstances)}:
        raise NotFound(f"{campaign.reference} does not affect {team}")
    before = campaign.acknowledged.get(team)
    counts = before is not None and before.by not in campaign.contributors
    if before and counts and _extent(before.told) >= _extent(told):
        return campaign
    return _acknowledged(campaign, team, told, act)


def note_acknowledgement(campaign: Campaign, team: str, told: Told, act: Act, circumstances: Circumstances) -> Campaign:
    """Returns the campaign with an acknowledgement that was heard of. Where it would be refused (after the end, for
    another team), nothing changes. A person may have had a hand in the plan by the time their word is heard: it is kept
    and counts for nothing, so that whoever asked hears that somebody else has to speak.
    """
    try:
        return acknowledge(campaign, team, told, act, circumstances)
    except Forbidden:
        return _with_word_that_does_not_count(campaign, team, told, act, circumstances)
    except Permanent:
        return campaign


def _with_word_that_does_not_count(
    campaign: Campaign, team: str, told: Told, act: Act, circumstances: Circumstances
) -> Campaign:
    """Returns the campaign as it is where the team is not asked, knows by somebody else, or has said so much before."""
    standing = next((each for each in team_sign_offs(campaign, circumstances) if each.team == team), None)
    if standing is None or standing.signed_off:
        return campaign
    before = standing.acknowledged
    if before and _extent(before.told) >= _extent(told):
        return campaign
    return _acknowledged(campaign, team, told, act)


def _acknowledged(campaign: Campaign, team: str, told: Told, act: Act) -> Campaign:
    acknowledged = campaign.acknowledged | {team: Acknowledgement(by=act.by, told=told)}
    return campaign.with_changes(act.change(Step.ACKNOWLEDGE, team, told), acknowledged=acknowledged)


def expect_answering(campaign: Campaign, step: Step, act: Act) -> None:
    """Raises `Conflict` when the state does not allow the step. Customers answer after the last letter too: what they
    are told can be changed and acknowledged until the responses to a completed or stopped campaign have ended.
    """
    until = responses_end(campaign.plan)
    over = campaign.state in (State.COMPLETED, State.STOPPED)
    if not (over and until and act.at.astimezone(LONDON).date() <= until):
        after(campaign.state, step)


def _extent(told: Told) -> tuple[int, int]:
    return told.plan_version, told.lines_to_take or 0


def decide_clash(
    campaign: Campaign, other: str, decision: DecisionAboutClash, act: Act, circumstances: Circumstances
) -> Campaign:
    """Returns the campaign with a decision about a clash as it is now. Raises `NotFound` for any other campaign."""
    act.expect_reason()
    after(campaign.state, Step.DECIDE_CLASH)
    for clash in clashes(campaign.reference, campaign.plan, circumstances.others):
        if clash.campaign == other:
            decided = ClashDecision(decision=decision.decision, reason=act.reason, by=act.by, at=act.at, clash=clash)
            decisions = campaign.clash_decisions | {other: decided}
            change = act.change(Step.DECIDE_CLASH, other.lower(), decided)
            contributors = campaign.contributors | {act.by}
            changed = campaign.with_changes(change, clash_decisions=decisions, contributors=contributors)
            return reopened_if_touched(campaign, changed, act, circumstances)
    raise NotFound(f"{campaign.reference} does not clash with {other}")
