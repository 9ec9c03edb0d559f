"""gunicorn's worker as Veneer runs it: it names no software, answers a broken request in words, and does not wait for ever for a slow one."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from http import HTTPStatus
from typing import Any

from gunicorn.http import wsgi
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker

IDLE_SECONDS = 20.0
"""So long may nothing come of a request that has begun."""
WHOLE_SECONDS = 120.0
"""So long may a whole request take to arrive: a client that sends a letter now and then holds a thread no longer."""
SENTENCE = (
    "This request cannot be understood. Check the address and the headers that are sent, then try again."
)
SENTENCES = {
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is too long. Use fewer or shorter filters, then try again.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The headers of the request are too large. Sign in anew, then try again.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on our side. Try again; if it stays, tell your IT people.",
}


class Patient:
    """A client's socket that counts as closed once a request keeps us waiting for too long."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self._until = sock, 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def begin(self) -> None:
        """A request begins."""
        self._until = time.monotonic() + WHOLE_SECONDS

    def recv(self, size: int) -> bytes:
        """What has come; nothing, as of a client that has gone, when nothing came in time."""
        left = min(self._until - time.monotonic(), IDLE_SECONDS)
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        return self._sock.recv(size) if left > 0 and poll.poll(left * 1000) else b""


class Response(wsgi.Response):
    """An answer without the header that names the server."""

    def default_headers(self) -> list[str]:
        return [line for line in super().default_headers() if not line.startswith("Server:")]


class Worker(ThreadWorker):
    """Threads of one process."""

    def init_process(self) -> None:
        wsgi.Response = Response
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """One request of a connection."""
        if not isinstance(conn.sock, Patient):
            conn.sock = Patient(conn.sock)
        conn.sock.begin()
        return super().handle(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what is no request: without what was sent, which may be anything."""
        status = status_of(exc)
        if status is HTTPStatus.INTERNAL_SERVER_ERROR:
            self.log.error("a request failed", exc_info=exc)
        else:
            self.log.warning("a request was refused: %s", type(exc).__name__)
        with contextlib.suppress(OSError):
            client.sendall(answer(status))


def status_of(error: BaseException) -> HTTPStatus:
    """What became of it."""
    if isinstance(error, LimitRequestLine):
        return HTTPStatus.REQUEST_URI_TOO_LONG
    if isinstance(error, LimitRequestHeaders):
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    return HTTPStatus.BAD_REQUEST if isinstance(error, ParseException) else HTTPStatus.INTERNAL_SERVER_ERROR


def answer(status: HTTPStatus) -> bytes:
    """A whole answer as it is sent."""
    sentence = SENTENCES.get(status, SENTENCE).encode()
    lines = (
        f"HTTP/1.1 {status.value} {status.phrase}", "Connection: close", "Content-Type: text/plain; charset=utf-8",
        "X-Content-Type-Options: nosniff", "X-Frame-Options: DENY", "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
        "Referrer-Policy: same-origin", "Cache-Control: no-store", f"Content-Length: {len(sentence)}", "", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode() + sentence
