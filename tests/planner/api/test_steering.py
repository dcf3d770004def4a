"""The closed loop in planner, on the real store: one action for each excursion, and people above it."""

import asyncio
import json
from typing import Any

from shared.contracts import (
    CampaignSlowed,
    ContactVolumeExceeded,
    ContactVolumeForecast,
    ContactVolumeRecovered,
    WaveStarted,
)
from shared.events import Event
from tests.planner.given.hearing import CAMPAIGN, Said, handlers, heard
from tests.planner.given.people import People
from tests.planner.given.plans import LAUNCH, later
from tests.support.inside import Inside
from tests.support.samples import sample

SLOW = {"action": "slow", "slow_to": 0.5, "resume": "when-recovered"}


def exceeded(**changed: Any) -> Event[ContactVolumeExceeded]:
    return heard(sample(ContactVolumeExceeded, campaign=CAMPAIGN, **changed))


async def steered(people: People, policy: dict[str, Any]) -> None:
    await people.live()
    await people.done("designer", "PUT", "/steering", {"policy": policy, "reason": "Agreed with the helplines"})


async def said_of(people: People) -> list[str]:
    return [each for each in await people.said() if each.startswith("campaign.slowed")]


async def test_an_excursion_that_five_replicas_hear_three_times_slows_the_campaign_once(
    planner: Inside, people: People
) -> None:
    await steered(people, SLOW)
    event = exceeded()
    await asyncio.gather(*(handlers(planner).steer_exceeded(event) for _ in range(15)))
    assert len(await said_of(people)) == 1
    (said,) = [e for e in await planner.said() if e.type == CampaignSlowed.event_type]
    slowed = CampaignSlowed.model_validate_json(said.body)
    assert slowed.excursion == event.data.excursion
    assert "412 contacts since" in slowed.reason
    history = await people.read("/history")
    assert [entry["by"] for entry in history if entry["step"] == "slow"] == ["closed-loop"]


async def test_a_person_and_the_loop_who_act_at_once_both_take_effect(planner: Inside, people: People) -> None:
    await steered(people, SLOW)
    designer = await people.by("designer")
    pause = designer.post(f"{people.campaign}/pause", json={"reason": "The letter names the wrong page"})
    slowing = asyncio.gather(*(handlers(planner).steer_exceeded(exceeded()) for _ in range(3)))
    assert (await pause).status_code == 200
    await slowing
    assert (await people.read())["state"] == "paused"


async def test_the_end_of_an_excursion_lifts_the_limit_once(planner: Inside, people: People) -> None:
    await steered(people, SLOW)
    hear = handlers(planner)
    over = heard(sample(ContactVolumeRecovered, campaign=CAMPAIGN))
    for _ in range(2):
        await hear.steer_exceeded(exceeded())
    for _ in range(2):
        await hear.steer_recovered(over)
    bodies = [json.loads(e.body) for e in await planner.said() if e.type == CampaignSlowed.event_type]
    assert [body["daily_limit"] is None for body in bodies] == [False, True]


async def test_a_limit_of_a_persons_own_is_not_lifted_by_the_loop(planner: Inside, people: People) -> None:
    await steered(people, SLOW)
    hear = handlers(planner)
    await hear.steer_exceeded(exceeded())
    await people.done("designer", "PUT", "/daily-limit", {"daily_limit": 50, "reason": "The helpline is ill"})
    await hear.steer_recovered(heard(sample(ContactVolumeRecovered, campaign=CAMPAIGN)))
    assert (await people.read())["steering"]["daily_limit"] == 50


async def test_a_policy_without_a_reason_or_with_a_share_that_cannot_be_is_refused(people: People) -> None:
    await people.live()
    for body in ({"policy": SLOW}, {"policy": SLOW | {"slow_to": 1.5}, "reason": "So"}):
        version = (await people.read())["version"]
        answer = await people.do("designer", "PUT", "/steering", body, seen=f'"{version}"')
        assert answer.status_code == 422
    assert (await people.read())["steering"]["policy"]["action"] == "tell"


async def test_a_wave_that_has_started_is_followed_by_the_contacts_to_expect(planner: Inside, people: People) -> None:
    await people.live()
    said = Said()
    hear = handlers(planner, said)
    wave = {"campaign": CAMPAIGN, "on": LAUNCH, "started_at": later(28)}
    await hear.note_wave(heard(sample(WaveStarted, **wave, wave=1, communications=1_000)))
    await hear.note_wave(heard(sample(WaveStarted, **wave, wave=2, communications=500)))
    first, second = said
    assert isinstance(first, ContactVolumeForecast)
    assert isinstance(second, ContactVolumeForecast)
    assert (first.waves, first.communications, second.waves, second.communications) == (1, 1_000, 2, 1_500)
    total = sum(day.hundredths for day in second.days)
    assert total > 1.4 * sum(day.hundredths for day in first.days)
    rate = (await people.read())["plan"]["contact_rate"]["central"]
    assert abs(total / 100 - 1_500 * rate) < 1
    assert all(day.on.weekday() < 5 for day in second.days)


async def test_a_wave_of_a_campaign_that_nobody_planned_here_is_kept_and_not_forecast(planner: Inside) -> None:
    said = Said()
    await handlers(planner, said).note_wave(heard(sample(WaveStarted, campaign="OTM-26-0999")))
    assert said == []
