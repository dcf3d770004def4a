"""Randomises customers to the arms of the trial: permuted blocks within strata, by a recorded seed.

Within each stratum the customers, in the order of the file, have places 0, 1, 2, …; a whole cluster has the place of
its first customer, in that customer's stratum. Places fill one block after another, and each block holds every arm as
often as its share says, in an order drawn from the seed. So the ratios are exact to within a block, those who belong
together stay together, and a place's arm follows from the seed alone: any replica finds the same, for any customer,
without having seen the others.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from math import gcd

from shared.contracts.campaigns import Arm


@dataclass(frozen=True, slots=True)
class Place:
    """A place to be randomised: the `number`th, from 0, of all customers and clusters of `stratum`."""

    stratum: str
    number: int


@dataclass(frozen=True, slots=True)
class Eligible:
    """A customer to be randomised: nothing here says who it is."""

    row: int
    stratum: str
    place: Place


class Allocator:
    """Allocator of arms to places. It remembers one block for each stratum, for speed alone."""

    def __init__(self, arms: Sequence[Arm], seed: int) -> None:
        divisor = reduce(gcd, (arm.share for arm in arms))
        self._block = [arm.code for arm in arms for _ in range(arm.share // divisor)]
        self._seed = seed
        self._remembered: dict[str, tuple[int, list[str]]] = {}

    def arm(self, place: Place) -> str:
        block, position = divmod(place.number, len(self._block))
        remembered = self._remembered.get(place.stratum)
        if remembered is None or remembered[0] != block:
            remembered = (block, self._permuted(place.stratum, block))
            self._remembered[place.stratum] = remembered
        return remembered[1][position]

    def _permuted(self, stratum: str, block: int) -> list[str]:
        """Each place gets a number drawn from the seed; sorting by it is a uniform permutation on any machine."""

        def draw(place: int) -> bytes:
            return hashlib.sha256(f"{self._seed}|{stratum}|{block}|{place}".encode()).digest()

        return [self._block[place] for place in sorted(range(len(self._block)), key=draw)]
