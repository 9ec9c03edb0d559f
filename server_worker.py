"""gunicorn's worker as Veneer runs it: it names no software, answers a broken request in words, and does not wait for ever for a slow one."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from http import HTTPStatus
from typing import Any

from flask import Flask
from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker
from werkzeug.exceptions import BadRequest

from app import web

HEAD_SECONDS, IDLE_SECONDS, WHOLE_SECONDS = 10.0, 20.0, 120.0
"""So long may the head of a request take, nothing more come of its body, and all of it take to arrive: who sends a letter now and
then holds no thread for longer."""
LINGER_SECONDS = 0.5
"""So long is a client listened to that was answered before it had sent everything, so that it gets to read the answer."""
SENTENCE = (
    "This request cannot be understood. Check the address and the headers that are sent, then try again."
)
SENTENCES = {
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is too long. Use fewer or shorter filters, then try again.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The headers of the request are too large. Sign in anew, then try again.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on our side. Try again; if it stays, tell your IT people.",
}


class Patient:
    """A client's socket that counts as closed once it keeps us waiting for too long."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self._until = sock, 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def wait_for(self, seconds: float) -> None:
        """What is read from now on has to come within this time."""
        self._until = time.monotonic() + seconds

    def recv(self, size: int) -> bytes:
        """What has come; nothing, as of a client that has gone, when nothing came in time."""
        left = min(self._until - time.monotonic(), IDLE_SECONDS)
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        return self._sock.recv(size) if left > 0 and poll.poll(left * 1000) else b""

    def setblocking(self, flag: bool) -> None:
        """As it is, also where the socket is closed already."""
        with contextlib.suppress(OSError):
            self._sock.setblocking(flag)


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
        conn.sock.wait_for(HEAD_SECONDS)
        stays = super().handle(conn)
        if (
            not stays
        ):  # closed here: gunicorn would wait for the client on the thread that takes all connections in
            conn.sock.wait_for(LINGER_SECONDS)
            util.close_graceful(conn.sock, LINGER_SECONDS)
        return stays

    def handle_request(self, req: Any, conn: Any) -> Any:
        """The head has come, the body may follow."""
        conn.sock.wait_for(WHOLE_SECONDS)
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what is no request: without what was sent, which may be anything."""
        status = status_of(exc)
        if status is HTTPStatus.INTERNAL_SERVER_ERROR:
            self.log.error("a request failed", exc_info=exc)
        else:
            self.log.warning("a request was refused: %s", type(exc).__name__)
        with contextlib.suppress(OSError):
            client.sendall(answer(status))


def init_app(app: Flask) -> None:
    """A body in pieces that turn out to be none is found while the application reads it."""
    app.register_error_handler(ParseException, lambda _error: web.answer_http(BadRequest()))


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
