"""A table in Markdown and a line of JSON that say what was tried and what came of it."""

import json
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.faults import ALL
from tests.chaos.tally import Tally
from tests.chaos.trial import Trial
from tests.chaos.undisturbed import EXPECTED

HEAD = "| fault | tried | stuck | lost | doubled | mails again | well again after, median | at most |"
LINE = "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"


@dataclass
class Report:
    """`left_out` are faults that cannot be brought about on this machine. `kept_in` has a line for each trial, those of
    earlier runs too."""

    seed: int
    kept_in: Path | None = None
    trials: list[Trial] = field(default_factory=list)
    left_out: Sequence[str] = ()
    seconds: float = 0.0
    changed: str = ""
    """The difference between what comes of a campaign and what is written down of it, if there is one."""

    def __post_init__(self) -> None:
        if self.kept_in and self.kept_in.exists():
            self.trials += [_trial(line) for line in self.kept_in.read_text().splitlines()]

    def add(self, trial: Trial) -> None:
        self.trials.append(trial)
        if self.kept_in:
            with self.kept_in.open("a") as file:
                file.write(f"{json.dumps(vars(trial))}\n")

    def compare(self, undisturbed: Tally) -> None:
        """Holds the campaign that others are held to against the one that the short form goes by."""
        less, more = undisturbed.lost(EXPECTED), undisturbed.doubled(EXPECTED)
        if less or more:
            self.changed = f"write `EXPECTED` in tests/chaos/undisturbed.py anew: less {dict(less)}, more {dict(more)}"

    def tried(self, fault: str) -> int:
        return sum(trial.fault == fault for trial in self.trials)

    @property
    def held(self) -> bool:
        return all(trial.held for trial in self.trials) and not self.changed

    def table(self) -> str:
        rows = [
            f"| {row['fault']} | {row['tried']} | {row['stuck']} | {row['lost']} | {row['doubled']} "
            f"| {row['mails_again']} | {row['median_seconds']:.1f} s | {row['longest_seconds']:.1f} s |"
            for row in self._rows()
        ]
        return "\n".join([HEAD, LINE, *rows])

    def remarks(self) -> Iterator[str]:
        """Sentences below the table: every trial that did not hold, and what was left out."""
        for trial in self.trials:
            if not trial.held:
                yield f"{trial.fault}: {trial.stuck or f'lost {dict(trial.lost)}, doubled {dict(trial.doubled)}'}"
        if self.left_out:
            yield f"Left out, for no disk can be mounted here: {', '.join(self.left_out)}"
        if self.changed:
            yield self.changed
        held = sum(trial.held for trial in self.trials)
        yield f"{held} of {len(self.trials)} campaigns ended as if nothing had happened"
        yield f"Seed {self.seed}, {self.seconds:.0f} s"

    def json(self) -> str:
        found = {"seed": self.seed, "seconds": round(self.seconds), "held": self.held, "faults": list(self._rows())}
        return json.dumps(found | {"left_out": [*self.left_out]})

    def _rows(self) -> Iterator[dict[str, str | float]]:
        for fault in sorted(dict.fromkeys(trial.fault for trial in self.trials), key=_place):
            trials = [trial for trial in self.trials if trial.fault == fault]
            seconds = [trial.seconds for trial in trials if not trial.stuck] or [0.0]
            yield {
                "fault": fault,
                "tried": len(trials),
                "lost": sum(trial.lost.total() for trial in trials),
                "doubled": sum(trial.doubled.total() for trial in trials),
                "mails_again": sum(trial.mails_again for trial in trials),
                "stuck": sum(bool(trial.stuck) for trial in trials),
                "median_seconds": round(statistics.median(seconds), 1),
                "longest_seconds": round(max(seconds), 1),
            }


def _place(fault: str) -> int:
    """Returns the place of a fault among all: its kind's module, then as it is listed there."""
    return next((place for place, known in enumerate(ALL) if known.name == fault), len(ALL))


def _trial(line: str) -> Trial:
    found = json.loads(line)
    return Trial(**found | {"lost": Counter(found["lost"]), "doubled": Counter(found["doubled"])})
