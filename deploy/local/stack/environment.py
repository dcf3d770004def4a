"""The environment of a service."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from deploy.local.stack.home import Home


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """The connections of a set of services. Two sets with another virtual host and prefix do not meet."""

    amqp_url: str
    mongo_url: str
    smtp_port: int
    database_prefix: str = ""
    site: str | None = None
    """The address at which people find the pages of all services, if there is one."""
    management_url: str | None = None


def service_environment(home: Home, wiring: Wiring, name: str, port: int, further: Mapping[str, str]) -> dict[str, str]:
    """Returns all of one service's environment: ours, its own, and the further variables."""
    common = {
        "OTM_AMQP_URL": wiring.amqp_url,
        "OTM_MONGO_URL": wiring.mongo_url,
        "OTM_MONGO_DATABASE": f"{wiring.database_prefix}otm_{name}",
        "OTM_HTTP_HOST": "127.0.0.1",
        "OTM_HTTP_PORT": str(port),
        "OTM_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "OTM_KEYRING_FILE": str(home.keyring),
        "OTM_ACCESS_FILE": str(home.access),
        "OTM_CLOCK_FILE": str(home.clock),
        "OTM_LOG_FORMAT": "json",
        "OTM_LOCAL_STACK": "true",
        **({"OTM_SITE__ADDRESS": wiring.site} if wiring.site else {}),
        **({} if "OTM_SITE__OIDC__ISSUER" in os.environ else {"OTM_SITE__PERSONAS": "true"}),
    }
    return {**os.environ, **common, **_special(home, wiring).get(name, {}), **further}


def _special(home: Home, wiring: Wiring) -> Mapping[str, Mapping[str, str]]:
    return {
        "notifier": {
            "OTM_SMTP_HOST": "127.0.0.1",
            "OTM_SMTP_PORT": str(wiring.smtp_port),
            "OTM_SMTP_ENCRYPTION": "none",
            **({"OTM_PUBLIC_URL": wiring.site} if wiring.site else {}),
            **({"OTM_OPERATIONS_MANAGEMENT_URL": wiring.management_url} if wiring.management_url else {}),
        },
        "dispatcher": {"OTM_PRINT_FOLDER": str(home.letters), "OTM_SPOOL_FOLDER": str(home.spool)},
        "intake": {"OTM_SPOOL_FOLDER": str(home.spool)},
    }
