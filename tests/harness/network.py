"""Keeps tests off the network: only this machine may be talked to."""

import ipaddress
import socket
from typing import Any

ALLOWED_NAMES = {"localhost", ""}
connect = socket.socket.connect
connect_ex = socket.socket.connect_ex


class NetworkUsed(AssertionError):
    """A test tried to reach another machine."""


def is_local(host: str) -> bool:
    """Whether a host is this machine; names other than localhost count as far away."""
    if host in ALLOWED_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def refuse_far(family: int, address: Any) -> None:
    """Raise NetworkUsed for an internet address that is not this machine's."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = str(address[0])
    if not is_local(host):
        raise NetworkUsed(
            f"A test tried to connect to {host}. Tests talk to this machine alone; start the server in the test."
        )


def guarded_connect(self: socket.socket, address: Any) -> None:
    """Connect when the address is local."""
    refuse_far(self.family, address)
    connect(self, address)


def guarded_connect_ex(self: socket.socket, address: Any) -> int:
    """The variant of connect that returns an error number."""
    refuse_far(self.family, address)
    return connect_ex(self, address)


def guard(*also: str) -> None:
    """Put the guard in place; `also` are hosts that the person who runs the tests named, such as a database's."""
    ALLOWED_NAMES.update(also)
    socket.socket.connect = guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign]
