"""A clock of its own for each service, all of which the journey moves together."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from shared.clock import ShiftedClock


class Clocks(ShiftedClock):
    """Files in `folder`: the journey's own, and one for each service, ahead of it by the service's `skew`."""

    def __init__(self, folder: Path, services: Iterable[str]) -> None:
        super().__init__(folder / "journey.json")
        self.files = {service: folder / f"{service}.json" for service in services}
        self.skews = dict.fromkeys(self.files, timedelta())
        self.shift_to(self.now())

    def shift_to(self, instant: datetime) -> None:
        super().shift_to(instant)
        for service, file in self.files.items():
            ShiftedClock(file).shift_to(instant + self.skews[service])

    def skew(self, service: str, by: timedelta) -> None:
        """Sets one service's clock ahead, or behind where it is negative, from now on."""
        self.skews[service] = by
        self.shift_to(self.now())
