"""Many campaigns at once: what an approver sees of each is worked out once."""

from services.planner.many_campaigns import SeenCampaigns
from tests.planner.given.plans import draft


def test_what_an_approver_sees_is_that_of_the_campaign_asked_about_also_under_the_same_version() -> None:
    seen, first = SeenCampaigns(), draft()
    other = first.model_copy(update={"plan": first.plan.model_copy(update={"title": "Another title"})})
    assert first.version == other.version
    assert [seen.of(each) for each in (first, other, first)] == [first.seen, other.seen, first.seen]
    assert seen.of(first) is seen.of(first)
    assert first.seen != other.seen
