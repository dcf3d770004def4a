"""The trial on a page: plan and seal, then checks, then effects; and nobody looks early without saying so."""

from tests.planner.evaluation.test_sealed_at_approval import ANALYSIS
from tests.planner.given.hearing import handlers
from tests.planner.given.people import People
from tests.planner.given.plans import DESIGNED, LAUNCH
from tests.planner.given.trial_units import heard_of
from tests.support.browsing import Browser
from tests.support.inside import Corner, Inside

TRIAL = "/campaigns/OTM-26-0001/trial"


async def test_an_analyst_sees_plan_and_seal_then_checks_then_effects(site: Inside, corner: Corner) -> None:
    async with People(site) as people, Browser(site.service) as analyst:
        await people.draft(analysis=ANALYSIS)
        before = await analyst.sign_in("analyst", TRIAL)
        assert "Not said in an approval yet" in before.words
        assert "Nothing is known of its customers yet" in before.words
        await heard_of(handlers(site), "OTM-26-0001", LAUNCH)
        known = await analyst.get(TRIAL)
        assert "600 customers are allocated" in known.words
        assert "Effects" not in known.words
        corner.move_clock(DESIGNED.replace(month=11))
        page = await analyst.send(await analyst.get(TRIAL), TRIAL)
        assert page.status == 200
        seal = (await people.read("/trial"))["seal"]
        places = [page.words.index(each) for each in (seal, "2. Checks", "3. Effects", "Social norm against control")]
        assert places == sorted(places)
        assert "<svg" in page.answer.text
        assert "style=" not in page.answer.text
        assert (await people.read("/trial"))["record"]["peeks"] == []


async def test_an_early_look_is_taken_by_somebody_who_says_so_and_is_noted(site: Inside, corner: Corner) -> None:
    async with People(site) as people, Browser(site.service) as analyst:
        await people.draft(analysis=ANALYSIS)
        await heard_of(handlers(site), "OTM-26-0001", LAUNCH)
        corner.move_clock(DESIGNED.replace(month=9, day=20))
        refused = await analyst.send(await analyst.sign_in("analyst", TRIAL), TRIAL)
        assert (refused.status, "#early" in refused.links, "early" in refused.ids) == (422, True, True)
        assert (await people.read("/trial"))["record"]["peeks"] == []
        await analyst.send(refused, TRIAL, early="yes")
        assert [peek["by"] for peek in (await people.read("/trial"))["record"]["peeks"]] == ["analyst"]


async def test_somebody_else_reads_the_trial_and_analyses_nothing(drafted: People, designer: Browser) -> None:
    page = await designer.get(TRIAL)
    assert "The plan has no analysis of a trial" in page.words
    assert f"{TRIAL}/design" in page.links
    assert (await designer.post(TRIAL, page.form("/sign-out").fields)).status == 403
