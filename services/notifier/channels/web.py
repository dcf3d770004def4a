"""Sends JSON to an endpoint on the web: to an address that was checked, without redirects, proxies or surprises."""

from collections.abc import Mapping

import httpx

from services.notifier.channels.addresses import Addresses, ForbiddenAddress
from services.notifier.channels.outgoing import FarEndDown, NotTaken, Refused

ANSWER_WITHIN = 10.0  # seconds
FINE, REDIRECT, TOO_MANY, SERVER_ERROR = 200, 300, 429, 500
LATER = (408, 409, 425)


class WebRefused(Refused):
    """The endpoint says that it will not take it."""

    code = "endpoint-refused"


class WebNotTaken(NotTaken):
    code = "endpoint-not-taken"


class EndpointDown(FarEndDown):
    code = "endpoint-down"


class WebSender:
    """Names are resolved once, every address checked, and the connection made to a checked one: nothing can be slipped
    in between. Plain http is for allowed networks only."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Raises `ForbiddenAddress`, `WebRefused`, `WebNotTaken` or `EndpointDown`; none of them repeats the URL."""
        request = await self._request(url, body, headers)
        try:
            async with httpx.AsyncClient(timeout=ANSWER_WITHIN, trust_env=False, follow_redirects=False) as client:
                answer = await client.send(request, stream=True)
                await answer.aclose()
        except httpx.HTTPError as error:
            raise EndpointDown(f"the endpoint cannot be reached: {type(error).__name__}") from error
        _judge(answer.status_code)

    async def _request(self, url: str, body: bytes, headers: Mapping[str, str]) -> httpx.Request:
        try:
            target = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise WebRefused("the endpoint's URL is not one") from error
        if target.scheme not in ("https", "http") or not target.host or target.userinfo:
            raise WebRefused("an endpoint's URL is https://, with a host and without credentials")
        port = target.port or (443 if target.scheme == "https" else 80)
        address, *_ = await self._addresses.of(target.host, port)
        if target.scheme == "http" and not self._addresses.allowed(address):
            raise ForbiddenAddress("plain http is for allowed networks only")
        return httpx.Request(
            "POST",
            target.copy_with(host=str(address)),
            content=body,
            headers={"Content-Type": "application/json", **headers, "Host": target.netloc.decode()},
            extensions={"sni_hostname": target.host, "timeout": httpx.Timeout(ANSWER_WITHIN).as_dict()},
        )


def _judge(status: int) -> None:
    if FINE <= status < REDIRECT:
        return
    if status >= SERVER_ERROR or status == TOO_MANY:
        raise EndpointDown(f"the endpoint answers {status}")
    if status in LATER:
        raise WebNotTaken(f"the endpoint answers {status}")
    raise WebRefused(f"the endpoint answers {status}")
