"""Many campaigns read at once, for pages that look at all of them."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from services.planner.campaign import Campaign
from services.planner.plan.aspects import Seen

MOST_REMEMBERED = 500
Versions = Sequence[tuple[str, int]]


class RememberedCampaigns:
    """Campaigns as they were read last. A campaign is read anew only when its version is another one; a version never
    changes.
    """

    def __init__(self, read: Callable[[Collection[str]], Awaitable[Sequence[Campaign]]]) -> None:
        self._read = read
        self._kept: OrderedDict[str, Campaign] = OrderedDict()

    async def of(self, versions: Versions) -> list[Campaign]:
        """Returns the campaigns, by their references and present versions, in that order."""
        found = {name: kept for name, version in versions if (kept := self._kept.get(name)) and kept.version == version}
        missing = [name for name, _ in versions if name not in found]
        read: Mapping[str, Campaign] = {each.reference: each for each in await self._read(missing)} if missing else {}
        found |= read
        for name, campaign in found.items():
            self._kept[name] = campaign
            self._kept.move_to_end(name)
        while len(self._kept) > MOST_REMEMBERED:
            self._kept.popitem(last=False)
        return [found[name] for name, _ in versions if name in found]


class SeenCampaigns:
    """Campaigns as approvers see them, worked out once for each that is remembered. It holds for that very object: what
    a campaign says never changes, and a change makes another one.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Campaign, Seen]] = OrderedDict()

    def of(self, campaign: Campaign) -> Seen:
        kept = self._kept.get(campaign.reference)
        if kept is None or kept[0] is not campaign:
            kept = self._kept[campaign.reference] = campaign, campaign.seen
        self._kept.move_to_end(campaign.reference)
        if len(self._kept) > MOST_REMEMBERED:
            self._kept.popitem(last=False)
        return kept[1]
