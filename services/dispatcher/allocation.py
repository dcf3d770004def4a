"""Randomises customers to the arms of the trial: permuted blocks within strata, by a recorded seed.

Within each stratum the customers, in the order of the file, fill one block after another; each block holds every arm
as often as its share says, in an order drawn from the seed. So the ratios are exact to within a block, and the same
file and seed give the same allocation anywhere.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from functools import reduce
from math import gcd

from shared.contracts.campaigns import Arm


class Allocator:
    """Hands out arms; keeps, for each stratum, only how far it has come, and for each cluster its arm."""

    def __init__(self, arms: Sequence[Arm], seed: int) -> None:
        divisor = reduce(gcd, (arm.share for arm in arms))
        self._block = [arm.code for arm in arms for _ in range(arm.share // divisor)]
        self._seed = seed
        self._handed_out: dict[str, int] = defaultdict(int)
        self._orders: dict[str, list[str]] = {}
        self._clusters: dict[str, str] = {}

    def next_arm(self, stratum: str, cluster: str | None = None) -> str:
        """The arm of the next customer; a customer of a known cluster gets the cluster's arm."""
        if cluster is None:
            return self._next(stratum)
        if cluster not in self._clusters:
            self._clusters[cluster] = self._next(stratum)
        return self._clusters[cluster]

    def _next(self, stratum: str) -> str:
        block, place = divmod(self._handed_out[stratum], len(self._block))
        if place == 0:
            self._orders[stratum] = self._permuted(stratum, block)
        self._handed_out[stratum] += 1
        return self._orders[stratum][place]

    def _permuted(self, stratum: str, block: int) -> list[str]:
        """Each place gets a number drawn from the seed; sorting by it is a uniform permutation on any machine."""

        def draw(place: int) -> bytes:
            return hashlib.sha256(f"{self._seed}|{stratum}|{block}|{place}".encode()).digest()

        return [self._block[place] for place in sorted(range(len(self._block)), key=draw)]
