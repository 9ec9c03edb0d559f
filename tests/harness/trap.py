"""A port that nobody should ever connect to, and a directory that sends everybody there."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Talk = Callable[[socket.socket], None]


@dataclass
class Trap:
    """Where it listens, and what it heard: one entry for each connection."""

    port: int
    heard: list[bytes] = field(default_factory=list)


@contextmanager
def trap() -> Iterator[Trap]:
    """Listens on loopback and says nothing."""
    found: list[Trap] = []

    def listen(peer: socket.socket) -> None:
        found[0].heard.append(peer.recv(65536))

    with listening(listen) as port:
        found.append(Trap(port))
        yield found[0]


@contextmanager
def directory(referral: str, at: str) -> Iterator[str]:
    """An LDAP server that answers "bind" or "search" with a referral to this address; yields its own."""

    def talk(peer: socket.socket) -> None:
        while sent := peer.recv(65536):
            number, operation = sent[4], sent[5]
            if operation not in {0x60, 0x63}:
                return
            asked = "bind" if operation == 0x60 else "search"
            peer.sendall(answer(number, 0x61 if asked == "bind" else 0x65, referral if asked == at else ""))

    with listening(talk) as port:
        yield f"ldap://127.0.0.1:{port}"


def answer(number: int, operation: int, referral: str) -> bytes:
    """A result in BER: success, or a referral."""
    said = b"\x0a\x01" + (b"\x0a" if referral else b"\x00") + b"\x04\x00\x04\x00"
    if referral:
        said += part(0xA3, part(0x04, referral.encode()))
    return part(0x30, part(0x02, bytes([number])) + part(operation, said))


def part(tag: int, content: bytes) -> bytes:
    """A value of less than 128 bytes."""
    return bytes([tag, len(content)]) + content


@contextmanager
def listening(talk: Talk) -> Iterator[int]:
    """Each connection talks on a thread of its own; yields the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_accept, args=(server, talk), daemon=True)
        thread.start()
        yield server.getsockname()[1]


def _accept(server: socket.socket, talk: Talk) -> None:
    with contextlib.suppress(OSError):
        while True:
            peer, _address = server.accept()
            threading.Thread(target=_talk, args=(peer, talk), daemon=True).start()


def _talk(peer: socket.socket, talk: Talk) -> None:
    with peer, contextlib.suppress(OSError):
        peer.settimeout(20)
        talk(peer)
