"""Headers of every page: nothing from outside, no inline script or style, no frame, nothing kept."""

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
