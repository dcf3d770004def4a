"""Tries every fault against small campaigns, round after round, on a broker and a store of its own."""

import argparse
import asyncio
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.fault import Fault
from tests.chaos.faults import ALL
from tests.chaos.own_ground import own_ground
from tests.chaos.report import Report
from tests.chaos.rounds import Rounds

MINUTES = 30.0


def main() -> int:
    chosen = _arguments()
    report = Report(chosen.seed, chosen.into)
    began = time.monotonic()
    minutes = chosen.minutes or (None if chosen.rounds else MINUTES)
    until = began + minutes * 60 if minutes else None
    print(f"{len(chosen.faults)} faults; seed {chosen.seed}", flush=True)
    try:
        asyncio.run(_try_all(report, chosen.faults, chosen.rounds, until))
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("Interrupted: what was tried until now")
    report.seconds = time.monotonic() - began
    print(report.table(), *report.remarks(), sep="\n")
    if chosen.json:
        print(report.json())
    return 0 if report.held and report.trials else 1


async def _try_all(report: Report, faults: Sequence[Fault], rounds: int | None, until: float | None) -> None:
    this = asyncio.current_task()
    assert this
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    with tempfile.TemporaryDirectory(prefix="otm-chaos-", ignore_cleanup_errors=True) as folder:
        async with own_ground(Path(folder)) as own:
            await Rounds(report, own, Path(folder), faults, until).play(rounds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, help="times that each fault is tried; otherwise as many as fit")
    parser.add_argument("--minutes", type=float, help=f"no trial begins later; without --rounds {MINUTES:g}")
    parser.add_argument("--faults", type=_faults, default=ALL, help="words of the faults to try: killed,twice")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="makes the same choices again")
    parser.add_argument("--into", type=Path, help="a file that keeps every trial: its earlier ones are counted too")
    parser.add_argument("--json", action="store_true", help="the results once more as JSON, on the last line")
    return parser.parse_args()


def _faults(words: str) -> list[Fault]:
    found = [fault for fault in ALL if any(word.strip() in fault.name for word in words.split(","))]
    if not found:
        raise argparse.ArgumentTypeError(f"none of the faults has these words: {', '.join(f.name for f in ALL)}")
    return found


if __name__ == "__main__":
    sys.exit(main())
