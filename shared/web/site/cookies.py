"""Cookies of the site: HttpOnly, SameSite, for this host alone, and over HTTPS alone where the site is served so."""

from starlette.responses import Response


class Cookies:
    """`secure` where the address of the site is HTTPS; their names then have the prefix that browsers hold to it."""

    def __init__(self, secure: bool) -> None:
        self._secure = secure
        self._prefix = "__Host-" if secure else ""

    def name(self, kind: str) -> str:
        return f"{self._prefix}otm-{kind}"

    def set(self, response: Response, kind: str, value: str, seconds: int | None = None) -> None:
        """Without `seconds` the browser forgets it when it is closed."""
        response.set_cookie(
            self.name(kind), value, max_age=seconds, path="/", secure=self._secure, httponly=True, samesite="lax"
        )

    def clear(self, response: Response, kind: str) -> None:
        response.delete_cookie(self.name(kind), path="/", secure=self._secure, httponly=True, samesite="lax")
