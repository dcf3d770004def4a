"""Whether a second processor is really there: virtual machines have two that are one at times."""

import subprocess
import sys

LOOP = "import time; began = time.perf_counter()\nfor n in range(10_000_000): pass\nprint(time.perf_counter() - began)"


def beside_another() -> float:
    """Returns how many times as long a loop takes while another one runs: 1 with two processors, 2 with one."""
    alone, together = _seconds(1), _seconds(2)
    return together / alone


def _seconds(loops: int) -> float:
    """Returns how long the slowest of so many loops takes that run at once."""
    running = [subprocess.Popen([sys.executable, "-c", LOOP], stdout=subprocess.PIPE) for _ in range(loops)]
    return max(float(each.communicate()[0]) for each in running)
