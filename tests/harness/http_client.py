"""Flask's test client over sockets: what tests ask goes to a server that runs in a process of its own, and each answer is judged."""

from __future__ import annotations

import http.client
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.wsgi import get_current_url

PATIENCE_SECONDS = 120
PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True)
class Asked:
    """A request and its answer as they went over the wire; `said` is what the server wrote into its log meanwhile."""

    method: str
    uri: str
    status: int
    headers: Headers
    body: bytes
    said: str


Judge = Callable[[Asked], None]


@dataclass(frozen=True)
class Line:
    """Where the server listens, what it writes to, and who looks at each answer."""

    url: str
    log: Path
    judge: Judge

    def send(self, environ: dict[str, Any]) -> tuple[Iterable[bytes], str, Headers]:
        """One request over a connection of its own; an answer of known length is read and judged at once."""
        before = self.log.stat().st_size
        connection = connection_from(environ["REMOTE_ADDR"], urlsplit(self.url).netloc)
        write(connection, environ)
        answer = connection.getresponse()
        headers = Headers(answer.getheaders())
        status = f"{answer.status} {answer.reason}"
        if headers.get("Transfer-Encoding") == "chunked":
            return Streamed(connection, answer), status, headers
        body = answer.read()
        connection.close()
        with self.log.open("rb") as log:
            log.seek(before)
            said = log.read().decode("utf-8", "replace")
        self.judge(Asked(environ["REQUEST_METHOD"], environ["RAW_URI"], answer.status, headers, body, said))
        return [body], status, headers


class Streamed:
    """An answer whose length nobody knows beforehand: read when it is asked for, or cut off."""

    def __init__(self, connection: http.client.HTTPConnection, answer: http.client.HTTPResponse) -> None:
        self.connection, self.answer = connection, answer

    def __iter__(self) -> Iterator[bytes]:
        while part := self.answer.read(65536):
            yield part

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


def connection_from(address: str, to: str) -> http.client.HTTPConnection:
    """A connection whose other end sees this address, of the many that a Linux machine's loopback has."""
    ours = (address, 0) if address.startswith("127.") and sys.platform == "linux" else None
    return http.client.HTTPConnection(to, timeout=PATIENCE_SECONDS, source_address=ours)


def write(connection: http.client.HTTPConnection, environ: dict[str, Any]) -> None:
    """The request as the test client would have handed it to the application."""
    uri = quote(environ["RAW_URI"].encode("latin-1", "replace"), safe=PRINTABLE)
    connection.putrequest(environ["REQUEST_METHOD"], uri, skip_host=True, skip_accept_encoding=True)
    body = environ["wsgi.input"].read()
    for name, value in sent_headers(environ, len(body)).items():
        connection.putheader(name, value.encode("latin-1", "replace"))
    connection.endheaders()
    with suppress(BrokenPipeError, ConnectionResetError):  # refused before it was read to its end
        connection.send(body)


def sent_headers(environ: dict[str, Any], length: int) -> dict[str, str]:
    """Names and values; the scheme as a proxy on this machine tells it."""
    found = {"Host": environ["HTTP_HOST"], "Connection": "close"}
    found |= {
        name[5:].replace("_", "-").title(): environ[name] for name in environ if name.startswith("HTTP_")
    }
    if environ.get("CONTENT_TYPE"):
        found["Content-Type"] = environ["CONTENT_TYPE"]
    if length or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        found["Content-Length"] = str(length)
    if environ["wsgi.url_scheme"] == "https":
        found["X-Forwarded-Proto"] = "https"
    return found


def client_over(line: Line) -> type[FlaskClient]:
    """A class of test clients that ask this server."""

    class Client(FlaskClient):
        def run_wsgi_app(self, environ: Any, buffered: bool = False) -> Any:
            self._add_cookies_to_wsgi(environ)
            found = line.send(environ)
            here = urlsplit(get_current_url(environ))
            self._update_cookies_from_response(
                here.hostname or "localhost", here.path, found[2].getlist("Set-Cookie")
            )
            return found

    return Client


@contextmanager
def in_process(app: Flask) -> Iterator[None]:
    """Ask the application of the tests itself, for what alters or measures its code."""
    over, app.test_client_class = app.test_client_class, FlaskClient
    try:
        yield
    finally:
        app.test_client_class = over
