"""SecantusDB as a process of its own, whose threads take shorter turns.

It answers each connection by a thread. With the interpreter's turns of 5 ms a small question waits that long for each
large insert that is under way, several times over.
"""

import runpy
import sys

TURN_SECONDS = 0.0005

if __name__ == "__main__":
    sys.setswitchinterval(TURN_SECONDS)
    runpy.run_module("secantus", run_name="__main__", alter_sys=True)
