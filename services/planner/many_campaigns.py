"""Many campaigns looked at at once, for pages about all of them."""

from collections import OrderedDict

from services.planner.campaign import Campaign
from services.planner.plan.aspects import Seen

MOST_REMEMBERED = 500


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
