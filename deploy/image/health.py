"""The container's own health check: exit code 0 when the service on this container's port is ready, 1 when not.

A platform with probes of its own asks `/health/live` and `/health/ready` over HTTP, and not this.
"""

import json
import os
import sys
from collections.abc import Mapping
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

ANSWER_SECONDS = 4.0


def readiness(environment: Mapping[str, str]) -> tuple[bool, str]:
    """Returns whether the service is ready, and the body of its answer or the kind of error."""
    try:
        url = f"http://127.0.0.1:{int(environment.get('OTM_HTTP_PORT', '8000'))}/health/ready"
        with build_opener(ProxyHandler({})).open(url, timeout=ANSWER_SECONDS) as answer:
            return True, answer.read().decode()
    except HTTPError as error:
        return False, error.read().decode()
    except (OSError, ValueError) as error:
        return False, json.dumps({"error": type(error).__name__})


if __name__ == "__main__":
    ready, said = readiness(os.environ)
    sys.stdout.write(said + "\n")
    sys.exit(not ready)
