"""Sends JSON to an endpoint on the web: to an address that was checked, without redirects, proxies or surprises."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from ssl import create_default_context

import httpx

from services.notifier.channels.addresses import Address, Addresses, ForbiddenAddress
from services.notifier.channels.outgoing import FarEndDown, NotTaken, Refused

ANSWER_SECONDS = 10.0  # seconds
HTTPS, HTTP = 443, 80
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
    """Sender of JSON. Names are resolved once, every address checked, and the connection made to a checked one: nothing
    can be slipped in between. Plain http is for allowed networks only. `ca_file` trusts an authority of one's own
    beside no other.
    """

    def __init__(self, addresses: Addresses, ca_file: Path | None = None) -> None:
        self._addresses = addresses
        self._trust = create_default_context(cafile=ca_file)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Posts `body`. Raises `ForbiddenAddress`, `WebRefused`, `WebNotTaken` or `EndpointDown`; none of them repeats
        the URL.
        """
        target = _target(url)
        port = target.port or (HTTPS if target.scheme == "https" else HTTP)
        addresses = await self._addresses.of(target.host, port)
        if target.scheme == "http" and not all(self._addresses.allowed(address) for address in addresses):
            raise ForbiddenAddress("plain http is for allowed networks only")
        _judge(await self._status([_request(target, address, body, headers) for address in addresses]))

    async def _status(self, requests: Sequence[httpx.Request]) -> int:
        """Returns the status of the first answer; `requests` are the same for each address of the host."""
        async with httpx.AsyncClient(verify=self._trust, trust_env=False, follow_redirects=False) as client:
            for number, request in enumerate(requests, 1):
                try:
                    answer = await client.send(request, stream=True)
                except httpx.HTTPError as error:
                    if isinstance(error, httpx.ConnectError) and number < len(requests):
                        continue
                    raise EndpointDown(f"the endpoint cannot be reached: {type(error).__name__}") from error
                await answer.aclose()  # whatever else it says is of no use, and may be long
                return answer.status_code
        raise EndpointDown("the endpoint has no address")


def _target(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise WebRefused("the endpoint's URL is not one") from error
    if target.scheme not in ("https", "http") or not target.host or target.userinfo:
        raise WebRefused("an endpoint's URL is https://, with a host and without credentials")
    return target


def _request(target: httpx.URL, address: Address, body: bytes, headers: Mapping[str, str]) -> httpx.Request:
    return httpx.Request(
        "POST",
        target.copy_with(host=str(address)),
        content=body,
        headers={"Content-Type": "application/json", **headers, "Host": target.netloc.decode()},
        extensions={"sni_hostname": target.host, "timeout": httpx.Timeout(ANSWER_SECONDS).as_dict()},
    )


def _judge(status: int) -> None:
    if FINE <= status < REDIRECT:
        return
    if status >= SERVER_ERROR or status == TOO_MANY:
        raise EndpointDown(f"the endpoint answers {status}")
    if status in LATER:
        raise WebNotTaken(f"the endpoint answers {status}")
    raise WebRefused(f"the endpoint answers {status}")
