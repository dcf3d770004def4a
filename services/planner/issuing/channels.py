"""Channels that dispatcher offers, held against a plan: what cannot be issued is refused before it is agreed."""

from collections.abc import Iterator, Mapping

from services.planner.forecast.schedule.schedule import last_day
from services.planner.plan.plan import Plan
from services.planner.plan.trial import Arm
from shared.contracts import ChannelsOffered
from shared.contracts.channels import OfferedChannel
from shared.errors import Problem

LANGUAGES = {"en": "English", "cy": "Welsh"}


def issue_problems(plan: Plan, offered: ChannelsOffered | None) -> list[Problem]:
    """Returns the places of the plan that could not be issued, each with what can be done. Before dispatcher has said
    what it offers, only what holds for any dispatcher.
    """
    if offered is None:
        return list(_schedule_problems(plan))
    can = {channel.code: channel for channel in offered.channels}
    arms = [
        problem for index, arm in enumerate(plan.arms) if arm.channel for problem in _arm(f"arms.{index}", arm, can)
    ]
    return [*arms, *_limit_problems(plan, can), *_schedule_problems(plan)]


def _arm(field: str, arm: Arm, can: Mapping[str, OfferedChannel]) -> Iterator[Problem]:
    channel = can.get(arm.channel or "")
    if channel is None:
        told = f"nothing can be issued by {arm.channel} here: choose {_some(sorted(can))}"
        yield Problem(f"{field}.channel", "offered", told)
        return
    for place, letter in enumerate(arm.letters):
        if letter.language not in channel.languages:
            told = f"{arm.channel} carries no {LANGUAGES[letter.language]}: choose another channel, or leave it out"
            yield Problem(f"{field}.letters.{place}.language", "offered", told)
        if letter.agent and not channel.agent_copies:
            copying = _some(sorted(code for code, each in can.items() if each.agent_copies))
            told = f"no copies for agents go by {arm.channel}: choose {copying}, or leave the agents' text out"
            yield Problem(f"{field}.letters.{place}.agent", "offered", told)


def _limit_problems(plan: Plan, can: Mapping[str, OfferedChannel]) -> Iterator[Problem]:
    treated = sum(arm.share for arm in plan.arms if not arm.control)
    for code in sorted({arm.channel for arm in plan.arms if arm.channel}):
        most = can[code].a_day if code in can else None
        part = sum(arm.share for arm in plan.arms if arm.channel == code)
        in_a_day = -(-min(plan.daily_limit, plan.communications) * part // treated)
        if most is not None and in_a_day > most:
            fits = most * treated // part
            told = (
                f"{in_a_day:,} a day would go by {code} and at most {most:,} can: set daily_limit to {fits:,} or less"
            )
            yield Problem("daily_limit", "channel-limit", told)


def _schedule_problems(plan: Plan) -> Iterator[Problem]:
    if plan.launch and plan.respond_by and plan.arms and last_day(plan) >= plan.respond_by > plan.launch:
        told = f"the last letters go out on {last_day(plan):%d %B %Y}: customers must have until after that day"
        yield Problem("respond_by", "after-the-last-wave", f"{told}, or raise daily_limit")


def _some(codes: list[str]) -> str:
    return " or ".join([", ".join(codes[:-1]), codes[-1]] if len(codes) > 1 else codes) or "nothing: there is none"
