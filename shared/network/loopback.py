"""Addresses of this machine alone."""

from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit


def is_loopback(text: str) -> bool:
    """Returns whether a host, a network or a URL is this machine's alone. A name other than localhost is not."""
    host = (urlsplit(text).hostname or "") if "://" in text else text.strip("[]")
    if host == "localhost":
        return True
    try:
        return ip_network(host).is_loopback if "/" in host else ip_address(host).is_loopback
    except ValueError:
        return False
