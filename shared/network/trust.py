"""The certificate authorities that outward connections trust."""

from functools import cache
from ssl import SSLContext

import httpx


@cache
def trust() -> SSLContext:
    """Returns what `SSL_CERT_FILE` or `SSL_CERT_DIR` name, else certifi's authorities. Read once: it takes a client of
    its own some 50 ms."""
    return httpx.create_ssl_context()
