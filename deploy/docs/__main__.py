"""Writes the documents; with `--check`, only names those that differ from the code, and exits with 1 if any do."""

import sys
from pathlib import Path

from deploy.catalogue import SERVICES
from deploy.docs.accepted import document
from deploy.docs.agreement import agreement
from deploy.docs.asyncapi import asyncapi
from deploy.docs.events import events
from deploy.docs.known_queues import known_queues
from deploy.docs.known_sayers import known_sayers
from deploy.docs.metrics import metrics
from deploy.docs.site_configuration import site_configuration
from deploy.monitoring.panels import DASHBOARDS, written

ROOT = Path(__file__).parents[2]
FOLDER, DEPLOY, MESSAGING = ROOT / "docs", ROOT / "deploy", ROOT / "shared" / "messaging"


def documents() -> dict[Path, str]:
    """The text that each document should have, by its path."""
    found = {FOLDER / "events.md": events(), FOLDER / "agreement.md": agreement()}
    found |= {MESSAGING / "known_queues.py": known_queues(), MESSAGING / "known_sayers.py": known_sayers()}
    proxies = (DEPLOY / "compose" / "nginx.conf", DEPLOY / "kubernetes" / "base" / "nginx.conf")
    found |= dict.fromkeys(proxies, site_configuration())
    found |= {DEPLOY / "monitoring" / "dashboards" / f"{it.uid}.json": written(it) for it in DASHBOARDS}
    found |= {FOLDER / "what-we-accept.md": document(FOLDER), FOLDER / "metrics.md": metrics()}
    return found | {
        FOLDER / "asyncapi" / f"{name}.json": asyncapi(name, messages) for name, messages in SERVICES.items()
    }


def drifted() -> list[Path]:
    """The documents that are not as the code has them."""
    return [path for path, text in documents().items() if not path.exists() or path.read_text() != text]


def main() -> int:
    if "--check" in sys.argv[1:]:
        for path in drifted():
            sys.stderr.write(f"{path} is not as the code has it: run make docs\n")
        return bool(drifted())
    for path, text in documents().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
