"""Surroundings of one campaign: campaigns of somebody else, what other services say, and time."""

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from services.planner.handlers import Handlers
from shared.contracts import (
    CampaignRefused,
    ContactVolumeExceeded,
    ContactVolumeRecovered,
    DispatchCompleted,
    PopulationLoaded,
    WaveStarted,
)
from tests.planner.given.attempts import BEGINNINGS, as_sent, kept_before_there_were_bounds, somebody_elses
from tests.planner.given.one_campaign import REASON, Json, OneCampaign, people

choices = st.sampled_from(("go-ahead", "reschedule", "merge", "leave-out-customers"))


class Surroundings(OneCampaign):
    # what others do

    @rule(odd=somebody_elses, person=people, further=st.sampled_from(("/clone", "/submission")))
    def somebody_drafts(self, odd: Json, person: str, further: str) -> None:
        drafted = self.office.call(person, "POST", "/v1/campaigns", as_sent(self.regime, odd))
        if drafted.is_success:
            self.others.append(drafted.json()["reference"])
            self.other(person, "POST", self.others[-1], further, {"title": "Once more"})

    @rule(
        state=st.sampled_from(("draft", "submitted", "approved", "live")),
        launch=st.sampled_from((date(2026, 9, 8), date(9999, 12, 31), date(1, 1, 1))),
        customers=st.sampled_from((None, 60_000_000)),
    )
    def somebody_drafted_long_ago(self, state: str, launch: date, customers: int | None) -> None:
        self.others.append(self.office.keep(kept_before_there_were_bounds(state, launch, customers), self.regime))

    @rule(state=st.sampled_from(("submitted", "ready")))
    def somebody_plans_the_same(self, state: str) -> None:
        self.others.append(self.office.keep(BEGINNINGS[state](), self.regime))

    @precondition(lambda self: self.others)
    @rule(person=people, choice=choices, data=st.data(), by_them=st.booleans())
    def decide_clash(self, person: str, choice: str, data: st.DataObject, by_them: bool) -> None:
        other = data.draw(st.sampled_from(self.others))
        decided = {"decision": choice, **REASON}
        if by_them:
            self.other(person, "POST", other, f"/clashes/{self.reference}", decided)
        else:
            self.call(person, "POST", f"/clashes/{other}", decided)

    @precondition(lambda self: self.state in ("live", "paused"))
    @rule(person=people)
    def correct(self, person: str) -> None:
        day = self.at.date().isoformat()
        wanted = {"title": "We wrote the wrong date", "since": day, "until": day}
        corrected = self.office.call(person, "POST", f"/v1/campaigns/{self.reference}/correction", wanted)
        if corrected.is_success:
            self.others.append(corrected.json()["reference"])

    # what other services say

    @rule(eligible=st.sampled_from((0, 1, 816, 23_000, 24_900, 25_000, 80_000)))
    def population(self, eligible: int) -> None:
        self.hear(Handlers.note_population, PopulationLoaded, rows=eligible + 50, eligible=eligible, loaded_at=self.at)

    @precondition(lambda self: self.state in ("live", "paused"))
    @rule(letters=st.sampled_from((1, 9_000, 20_000)))
    def wave(self, letters: int) -> None:
        number = len(self.read("/progress").get("waves", [])) + 1
        facts = {"wave": number, "on": self.at.date(), "communications": letters, "started_at": self.at}
        self.hear(Handlers.note_wave, WaveStarted, **facts)

    @rule()
    def dispatched(self) -> None:
        self.hear(Handlers.note_dispatch, DispatchCompleted, completed_at=self.at)

    @rule()
    def dispatcher_refuses(self) -> None:
        facts = {"plan_version": self.now["plan_version"], "refused_at": self.at}
        self.hear(Handlers.note_refusal, CampaignRefused, **facts)

    @rule(number=st.integers(1, 3), over=st.booleans())
    def volumes(self, number: int, over: bool) -> None:
        excursion = f"6f2a7c1e-4b0d-5c3a-9e8f-{number:012}"
        self.hear(Handlers.steer_exceeded, ContactVolumeExceeded, excursion=excursion, exceeded_at=self.at)
        if over:
            self.hear(Handlers.steer_recovered, ContactVolumeRecovered, excursion=excursion, recovered_at=self.at)

    @rule(days=st.sampled_from((1, 10, 30, 100, 185)))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days)
        self.office.move_clock(self.at)
