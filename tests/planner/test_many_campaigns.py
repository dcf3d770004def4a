"""Many campaigns at once: each is read again only when it has another version."""

from collections.abc import Collection

from services.planner.campaign import Campaign
from services.planner.many_campaigns import RememberedCampaigns, SeenCampaigns
from tests.planner.given.plans import draft


async def test_a_campaign_is_read_anew_when_its_version_is_another_one_and_only_then() -> None:
    first = draft().model_copy(update={"reference": "OTM-26-0001", "version": 1})
    kept = {"OTM-26-0001": first, "OTM-26-0002": first.model_copy(update={"reference": "OTM-26-0002"})}
    asked: list[list[str]] = []

    async def read(references: Collection[str]) -> list[Campaign]:
        asked.append(sorted(references))
        return [kept[each] for each in references if each in kept]

    remembered = RememberedCampaigns(read)
    both = [("OTM-26-0002", 1), ("OTM-26-0001", 1)]
    assert [each.reference for each in await remembered.of(both)] == ["OTM-26-0002", "OTM-26-0001"]
    await remembered.of(both)
    assert asked == [["OTM-26-0001", "OTM-26-0002"]]
    kept["OTM-26-0001"] = first.model_copy(update={"version": 2})
    found = await remembered.of([("OTM-26-0001", 2), ("OTM-26-0002", 1), ("OTM-26-0003", 1)])
    assert [(each.reference, each.version) for each in found] == [("OTM-26-0001", 2), ("OTM-26-0002", 1)]
    assert asked[1:] == [["OTM-26-0001", "OTM-26-0003"]]


def test_what_an_approver_sees_is_that_of_the_campaign_asked_about_also_under_the_same_version() -> None:
    seen, first = SeenCampaigns(), draft()
    other = first.model_copy(update={"plan": first.plan.model_copy(update={"title": "Another title"})})
    assert first.version == other.version
    assert [seen.of(each) for each in (first, other, first)] == [first.seen, other.seen, first.seen]
    assert seen.of(first) is seen.of(first)
    assert first.seen != other.seen
