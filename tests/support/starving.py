"""Runs dispatcher with an allocation that is broken: half of the places of one arm go to another.

python -m tests.support.starving social-norm plain
"""

import runpy
import sys

from services.dispatcher.schedule.allocation import Allocator


def main() -> None:
    starved, fed = sys.argv[1:]
    right = Allocator._permuted

    def wrong(self: Allocator, stratum: str, block: int) -> list[str]:
        return [fed if arm == starved and (block + n) % 2 else arm for n, arm in enumerate(right(self, stratum, block))]

    Allocator._permuted = wrong  # type: ignore[method-assign]
    runpy.run_module("services.dispatcher", run_name="__main__")


if __name__ == "__main__":
    main()
