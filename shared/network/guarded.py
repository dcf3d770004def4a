"""Connections to other machines: encrypted and verified; to a broker and a store under a password of their own too.

A refusal names the setting and the remedy, and never quotes the URL.
"""

from urllib.parse import parse_qs, unquote, urlsplit

from shared.network.loopback import is_loopback

DEFAULT_PASSWORDS = frozenset({"", "guest", "password", "changeme"})
UNVERIFIED_STORE = ("tlsinsecure", "tlsallowinvalidcertificates", "tlsallowinvalidhostnames")
ON = ("true", "1", "yes")
EITHER = "or set OTM_LOCAL_STACK=true for a stack to try things out on"


def expect_guarded_broker(url: str) -> None:
    """Raises `ValueError` unless the broker is this machine's, or reached over verified TLS as a user of ours."""
    parts = urlsplit(url)
    if is_loopback(parts.hostname or "localhost"):
        return
    if parts.scheme != "amqps":
        raise ValueError(f"OTM_AMQP_URL leaves this machine without TLS: begin it with amqps://, {EITHER}")
    if _options(parts.query).get("no_verify_ssl", "0") != "0":
        raise ValueError("OTM_AMQP_URL has no_verify_ssl: name the authority with cafile=/path/to/ca.pem instead")
    if parts.username in (None, "", "guest") or unquote(parts.password or "") in DEFAULT_PASSWORDS:
        raise ValueError(f"OTM_AMQP_URL has default credentials: give the service a user of its own, {EITHER}")


def expect_guarded_store(url: str) -> None:
    """Raises `ValueError` unless every member is this machine's, or reached over verified TLS as a user of ours."""
    scheme, _, rest = url.partition("://")
    place, _, query = rest.partition("?")
    credentials, _, hosts = place.partition("/")[0].rpartition("@")
    if all(is_loopback(_host(member)) for member in hosts.split(",")):
        return
    options = _options(query)
    encrypted = options.get("tls", options.get("ssl", "true" if scheme == "mongodb+srv" else "false"))
    if encrypted not in ON:
        raise ValueError(f"OTM_MONGO_URL leaves this machine without TLS: add tls=true, {EITHER}")
    if any(options.get(name, "false") in ON for name in UNVERIFIED_STORE):
        raise ValueError("OTM_MONGO_URL does not verify: name the authority with tlsCAFile=/path/to/ca.pem instead")
    by_certificate = options.get("authmechanism") == "mongodb-x509"
    if not by_certificate and unquote(credentials.partition(":")[2]) in DEFAULT_PASSWORDS:
        raise ValueError(f"OTM_MONGO_URL has no password, or a default one: give the service a user, {EITHER}")


def expect_guarded_url(setting: str, url: str) -> None:
    """Raises `ValueError` unless the URL of that setting is https, or this machine's."""
    if urlsplit(url).scheme != "https" and not is_loopback(url):
        raise ValueError(f"{setting} leaves this machine without TLS: begin it with https://, {EITHER}")


def expect_guarded_mail(setting: str, host: str, encrypted: bool, remedy: str = "true") -> None:
    """Raises `ValueError` unless mail to the host goes over verified TLS by that setting, or stays on this machine."""
    if not encrypted and not is_loopback(host):
        raise ValueError(f"{setting} lets mail leave this machine without verified TLS: set it to {remedy}, {EITHER}")


def _options(query: str) -> dict[str, str]:
    """Options of a URL by their names in small letters, with values in small letters. The last of a name counts."""
    return {name.lower(): values[-1].lower() for name, values in parse_qs(query, keep_blank_values=True).items()}


def _host(member: str) -> str:
    """Returns the host of `host:port`, `[::1]:port` or `host`."""
    if member.startswith("["):
        return member[1:].partition("]")[0]
    return member.partition(":")[0]
