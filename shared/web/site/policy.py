"""Headers of every page: nothing from outside, no inline script or style, no frame, nothing kept."""

import base64
import hashlib
import re
from collections.abc import Mapping


def page_headers(also_forms_to: str = "") -> Mapping[str, str]:
    """Returns the headers. `also_forms_to` is the origin of the provider that a form may lead to, if there is one."""
    forms = f"'self' {also_forms_to}".strip()
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }


def document_headers(html: str) -> Mapping[str, str]:
    """Returns the headers of a document that stands for itself, such as a letter to be printed: nothing is run or
    fetched, and the style sheets that stand in it are allowed by their digests.
    """
    digests = [
        base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
        for sheet in re.findall(r"<style>(.*?)</style>", html.partition("<body")[0])
    ]
    styles = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    policy = f"default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return {"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff"}
