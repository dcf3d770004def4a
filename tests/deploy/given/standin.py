"""Stands in for a service: answers /health/ready on OTM_HTTP_PORT, and has a mood.

`dies` at once with code 3; `mute`: never ready; `deaf`: does not heed SIGTERM; `parent`: has a child of its own.
STANDIN_RECORD names a file that gets a line at each start and each SIGTERM: what happened, pid, time.
"""

import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import FrameType

MOOD = sys.argv[1] if len(sys.argv) > 1 else "well"


def standin(mood: str = "well") -> list[str]:
    """The command that runs it in that mood."""
    return [sys.executable, __file__, mood]


class Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(503 if MOOD == "mute" else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


def record(what: str) -> None:
    if path := os.environ.get("STANDIN_RECORD"):
        with Path(path).open("a") as file:
            file.write(f"{what} {os.getpid()} {time.monotonic()}\n")


def on_sigterm(number: int, frame: FrameType | None) -> None:
    record("sigterm")
    if MOOD != "deaf":
        sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, on_sigterm)
    record("started")
    print("the stand-in speaks", flush=True)
    if MOOD == "dies":
        sys.exit(3)
    if MOOD == "parent":
        subprocess.Popen(["sleep", "600"], start_new_session=True)
    HTTPServer(("127.0.0.1", int(os.environ["OTM_HTTP_PORT"])), Health).serve_forever()
