"""Addresses that a webhook may reach: the public internet, and further networks of the settings."""

import asyncio
import socket
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from services.notifier.channels.outgoing import FarEndDown, Refused

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NAT64 = IPv6Network("64:ff9b::/96")


class ForbiddenAddress(Refused):
    """The name leads to an address inside some network, or to one that is nobody's."""

    code = "forbidden-address"


class UnknownHost(FarEndDown):
    code = "unknown-host"


class Addresses:
    """Resolver that returns only addresses that may be connected to. `allowed` are further networks, such as
    10.1.0.0/16.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed: Sequence[Network] = [ip_network(network) for network in allowed]

    async def of(self, host: str, port: int) -> Sequence[Address]:
        """Returns every address of `host`, none of which is forbidden: one bad address among good ones is an attack.

        Raises `ForbiddenAddress`, or `UnknownHost` when it has no address.
        """
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise UnknownHost("the name of the endpoint's host has no address at present") from error
        addresses = list(dict.fromkeys(ip_address(str(info[4][0]).partition("%")[0]) for info in found))
        if not addresses or any(not self.permitted(address) for address in addresses):
            raise ForbiddenAddress("the endpoint is at an address that the settings do not allow")
        return addresses

    def permitted(self, address: Address) -> bool:
        return self.allowed(address) or all(_public(each) for each in _meant(address))

    def allowed(self, address: Address) -> bool:
        """Returns whether the settings allow this address."""
        return any(address in network for network in self._allowed)


def _public(address: Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved


def _meant(address: Address) -> list[Address]:
    """Returns the address itself, and those that it carries inside it on its way to an IPv4 network."""
    if isinstance(address, IPv4Address):
        return [address]
    inside: list[Address] = [each for each in (address.ipv4_mapped, address.sixtofour) if each is not None]
    if address.teredo is not None:
        inside += address.teredo
    if address in NAT64:
        inside.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return inside if address.ipv4_mapped else [address, *inside]
