"""Teams that were told by a rule, and those of them that were asked."""

from tests.notifier.given.desk import Desk


async def teams(desk: Desk, *rules: str) -> set[str]:
    return {notice.team for notice in await desk.made() if notice.rule in rules}


async def asked(desk: Desk, rule: str) -> set[str]:
    return {notice.team for notice in await desk.of_rule(rule) if notice.needs_acknowledgement}
