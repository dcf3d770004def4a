"""The standing of a campaign: what has really gone out, what is still to go out, and who really got in touch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.planner.forecast.outlook import Level, outlook
from services.planner.forecast.plan_assumptions import plan_assumptions
from services.planner.forecast.refits.refit import Observed
from services.planner.forecast.schedule.going_out import letters, waves_to_come
from services.planner.forecast.schedule.issued import IssuedCount, out_by_day
from services.planner.forecast.schedule.pace import Pace, going_out
from services.planner.forecast.schedule.schedule import planned_waves
from services.planner.plan.plan import Plan
from services.planner.plan.wave_size import WaveSize, added_up
from shared.contracts import WaveStarted
from shared.working_days import add_working_days

LEAST_CONTACTS = 0.01


@dataclass(frozen=True)
class Standing:
    """`out` has gone out, by day; `in_hand` is the rest of waves that have started; `ahead` are the waves to come, as
    they are planned, and `going` is when all that is not out goes out by the campaign's pace. `begun` are the waves of
    the plan that have started, as it has them. `letters` are all communications. `observed` is who got in touch; None
    where that was not read.
    """

    plan: Plan
    today: date
    out: tuple[WaveSize, ...]
    in_hand: tuple[WaveSize, ...]
    ahead: tuple[WaveSize, ...]
    going: tuple[WaveSize, ...]
    begun: tuple[WaveSize, ...]
    letters: int
    observed: tuple[Observed, ...] | None = None

    @property
    def waves(self) -> tuple[WaveSize, ...]:
        """Every wave: those that are out as they went out, the others as they are going to."""
        return added_up((*self.out, *self.going))

    @property
    def left(self) -> int:
        """Communications of waves that have not started."""
        return max(0, self.letters - sum(wave.size for wave in (*self.out, *self.in_hand)))


def standing(
    plan: Plan,
    started: Sequence[WaveStarted],
    issued: Sequence[IssuedCount],
    eligible: int | None,
    today: date,
    pace: Pace | None = None,
) -> Standing:
    """Returns the standing on a day. `eligible` are the customers of the population, once it is loaded; `pace` is that
    of a campaign which is live or paused.
    """
    planned = [WaveSize(on=wave.on, size=wave.size) for wave in planned_waves(plan)]
    out = out_by_day(issued)
    rest = max(0, sum(wave.communications for wave in started) - sum(wave.size for wave in out))
    to_come = waves_to_come(plan, eligible, started, today if started else None)
    ahead = tuple(WaveSize(on=wave.on, size=wave.size) for wave in to_come)
    sizes = {wave.on: wave.size for wave in planned}
    in_hand = (WaveSize(on=_next_issue(today), size=rest),) if rest else ()
    return Standing(
        plan=plan,
        today=today,
        out=out,
        in_hand=in_hand,
        ahead=ahead,
        going=(*in_hand, *ahead) if pace is None else going_out(pace, rest, ahead, today, out),
        begun=tuple(WaveSize(on=w.on, size=max(w.communications, sizes.get(w.on, 0))) for w in started),
        letters=letters(plan, eligible),
    )


def expected_by_team(standing: Standing, waves: Sequence[WaveSize], level: Level) -> Mapping[tuple[str, date], float]:
    """Returns the contacts that `waves` of a campaign bring to each team, by day."""
    if not waves:
        return {}
    expected = outlook(plan_assumptions(standing.plan, waves))
    return {
        (team, on): float(contacts)
        for team, by_day in expected.by_team(level).items()
        for on, contacts in zip(expected.days, by_day, strict=True)
        if contacts > LEAST_CONTACTS
    }


def _next_issue(today: date) -> date:
    return add_working_days(today, 1)
