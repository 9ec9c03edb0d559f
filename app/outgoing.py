"""Requests that the server makes itself: only to the host that a setting names or to public addresses, looked at when connecting.

Metadata of a provider may name further addresses. Whoever can alter what it answers, or what a name resolves to, must not lead
us to this machine, to the house's own network or to a cloud's metadata. Redirects are not followed.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidURL
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

Resolve = Callable[..., list[Any]]
CLOUD = ipaddress.ip_network("100.64.0.0/10")
"""Shared addresses, a cloud's metadata among them."""
CARRIERS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
"""IPv6 addresses that carry an IPv4 one in their last four bytes."""


class Guarded(HTTPAdapter):
    """For a session: `home` is the address that the settings name, whose host and port may be anywhere."""

    def __init__(self, home: str, resolve: Resolve = socket.getaddrinfo) -> None:
        self.home, self.resolve = place_of(home), resolve
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = pools(self)

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Refuse what is no plain address; one that is not encrypted only at home."""
        address = str(request.url)
        if not address.startswith("https://") and place_of(address) != self.home:
            raise InvalidURL("only https:// is asked outside of the house")
        return super().send(request, *args, **kwargs)

    def address_of(self, host: str, port: int) -> str:
        """What to connect to. Raises OSError when the name leads to where nobody outside of the house lives."""
        if (host.lower(), port) == self.home:
            return host
        found = [str(one[4][0]) for one in self.resolve(host, port, 0, socket.SOCK_STREAM)]
        if not found or not all(map(is_public, found)):
            raise OSError("the name leads to no public address")
        return found[0]


def place_of(address: str) -> tuple[str, int]:
    """Host and port of an address; ("", 0) of none."""
    try:
        parts = urlsplit(address)
        usual = 443 if parts.scheme == "https" else 80
        return (parts.hostname or "").lower(), parts.port or usual
    except ValueError:
        return "", 0


def guard(session: Session, home: str) -> None:
    """Let a session ask nothing else."""
    for scheme in ("http://", "https://"):
        session.mount(scheme, Guarded(home))
    session.max_redirects = 0
    session.trust_env = True  # the house's proxy, where it has one, is what all go through


def is_public(text: str) -> bool:
    """An address that anybody on the internet may have, whatever it carries inside."""
    address = ipaddress.ip_address(text.partition("%")[0])
    inner = carried(address)
    if inner is not None:
        return is_public(str(inner))
    is_shared = address.version == 4 and address in CLOUD
    return address.is_global and not (address.is_multicast or is_shared)


def carried(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address within an IPv6 one."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if any(address in network for network in CARRIERS):
        return ipaddress.IPv4Address(address.packed[-4:])
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def pools(adapter: Guarded) -> dict[str, Any]:
    """Pools whose connections ask the adapter where to go."""

    def looked_at(kind: Any) -> Any:
        class Connection(kind):
            _dns_host: str

            def _new_conn(self) -> socket.socket:
                name = self._dns_host
                try:
                    self._dns_host = adapter.address_of(name, self.port)
                    found: socket.socket = super()._new_conn()
                except OSError as error:
                    raise NewConnectionError(self, str(error)) from error
                finally:
                    self._dns_host = name  # certificates are for the name
                return found

        return Connection

    class Plain(HTTPConnectionPool):
        ConnectionCls = looked_at(HTTPConnection)

    class Secure(HTTPSConnectionPool):
        ConnectionCls = looked_at(HTTPSConnection)

    return {"http": Plain, "https": Secure}
