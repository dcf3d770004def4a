"""The demo on a terminal, as it plays."""

from rich.console import Console
from rich.status import Status
from rich.table import Table

from deploy.local.demo.figures import Figures, Outcome


class LiveDisplay:
    """One line for each step and its result, with a spinner while it lasts."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status: Status | None = None
        self._number = 0
        self._title = ""

    def step(self, title: str) -> None:
        self.stop()
        self._number += 1
        self._title = title
        self._console.print(f"[bold]{self._number}. {title}[/bold]", highlight=False)
        self._status = self._console.status(title)
        self._status.start()

    def say(self, fact: str) -> None:
        self._console.print(f"   {fact}", highlight=False, markup=False, soft_wrap=True)

    def progress(self, done: int, total: int) -> None:
        if self._status is not None:
            self._status.update(f"{self._title}: {done} of {total}")

    def stop(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None


def show(console: Console, outcome: Outcome) -> None:
    """The closing table and the checks."""
    figures = Table(title=f"{outcome.campaign}, counted from each service's own store", title_justify="left")
    figures.add_column("what")
    figures.add_column("how many", justify="right")
    for what, count in _rows(outcome.figures):
        figures.add_row(what, f"{count:,}")
    console.print(figures)
    for check, holds in outcome.checks.items():
        console.print(f"[{'green' if holds else 'bold red'}]{'✓' if holds else '✗'}[/] {check}", highlight=False)
    console.print(f"Played in {outcome.seconds:.0f} s", highlight=False)


def _rows(figures: Figures) -> list[tuple[str, int]]:
    groups = {
        "rejected": figures.rejected,
        "suppressed": figures.suppressed,
        "issued, arm": figures.issued,
        "contacts": figures.contacts,
        "referred to": figures.referrals,
        "notices to": figures.notices,
    }
    loop = figures.loop
    singles = {
        "contacts when the loop acted": loop.contacts,
        "contacts expected by then": loop.expected,
        f"slowed by itself to, letters a day (planned: {loop.before:,})": loop.letters_a_day or 0,
        "agents' copies": figures.agent_copies,
        "untouched control": figures.control,
        "volunteered information": figures.volunteered,
        "retries": figures.retries,
        "dead letters": figures.dead_letters,
    }
    grouped = [(f"{group}: {name}", count) for group, counts in groups.items() for name, count in counts.items()]
    return [("rows loaded", figures.loaded), *grouped, *singles.items()]
