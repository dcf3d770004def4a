"""The service that the build argument `SERVICE` chose, for a container that is given no command."""

import os
import runpy

SERVICES = ("planner", "dispatcher", "intake", "notifier")


def chosen(name: str) -> str:
    """Returns the module of a service. Raises `SystemExit` for another name."""
    if name not in SERVICES:
        raise SystemExit(f"OTM_SERVICE is {name!r}; the services are {', '.join(SERVICES)}")
    return f"services.{name}"


if __name__ == "__main__":
    runpy.run_module(chosen(os.environ.get("OTM_SERVICE", "")), run_name="__main__", alter_sys=True)
