"""Many campaigns read at once, for pages that look at all of them."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from services.planner.campaign import Campaign

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
