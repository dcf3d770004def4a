"""The command of Docker Compose, by either of its names."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "deploy" / "compose"


@cache
def compose() -> tuple[str, ...] | None:
    """Returns `docker compose` or `docker-compose`, None where neither is installed."""
    if shutil.which("docker"):
        asked = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
        if asked.returncode == 0:
            return ("docker", "compose")
    return ("docker-compose",) if shutil.which("docker-compose") else None
