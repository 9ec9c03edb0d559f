"""Requests of programs that make mistakes, and of those that make them on purpose, byte for byte to a running server."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.extensions import services
from tests.harness.applications import signed_in
from tests.security.cast import Cast
from tests.security.words import LEAKS

ME = "clerk"
PATH = "/api/v1/data/customers/"
JSON_TYPE = "application/json"
SECONDS = 60


def port_of(cast: Cast) -> tuple[str, int]:
    """Where the server of a cast listens."""
    assert cast.address
    host, _colon, port = cast.address.removeprefix("http://").partition(":")
    return host, int(port)


def said(cast: Cast, sent: bytes, *, ends: bool = False) -> tuple[int, str, str]:
    """Status, head and body of what is answered to these bytes; `ends` closes our side behind them."""
    with socket.create_connection(port_of(cast), timeout=SECONDS) as line:
        try:
            line.sendall(sent)
            if ends:
                line.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it was refused before all was sent
        whole = b""
        try:
            while part := line.recv(65536):
                whole += part
        except ConnectionResetError:
            pass
    head, _line, body = whole.partition(b"\r\n\r\n")
    status = re.match(rb"HTTP/1\.1 (\d{3})", head)
    return int(status[1]) if status else 0, head.decode("latin-1"), body.decode("utf-8", "replace")


def check(found: tuple[int, str, str], expected: set[int]) -> None:
    """One of these statuses, in words, and nothing of what is behind."""
    status, head, body = found
    assert status in expected, (status, body[:500])
    assert not LEAKS.search(body), body[:500]
    assert not re.search("gunicorn|werkzeug|python", head, re.IGNORECASE), head
    if status >= 400:
        assert body.strip(), "an answer without a word"
        assert "frame-ancestors 'none'" in head, head


@pytest.fixture(scope="module")
def bearer(both: Cast) -> str:
    """A token of the clerk."""
    sent = {"username": ME, "password": "demo"}
    answer = both.app.test_client().post("/api/v1/security/login", json=sent)
    return str(answer.get_json()["access_token"])


@pytest.fixture
def name(both: Cast) -> Iterator[Callable[[], Any]]:
    """The stored name of the clerk's customer; it is what it was afterwards."""

    def read() -> Any:
        with both.app.app_context(), services().engine.connect() as connection:
            found = text(f"SELECT KHMC FROM {services().schema}.T_KHZL WHERE ID = :id")
            return connection.execute(found, {"id": both.ids["customers", "u"]}).scalar()

    before = read()
    yield read
    assert read() == before, "nothing that is half or broken is saved"


def patch(cast: Cast, bearer: str, body: bytes, *more: str, length: int | None = None) -> bytes:
    """A change of that customer; `more` are further headers."""
    headers = [
        f"PATCH {PATH}{cast.ids['customers', 'u']} HTTP/1.1", "Host: localhost", "Connection: close", f"Authorization: Bearer {bearer}",
        "If-Match: *", *more,
    ]  # fmt: skip
    if not any(one.startswith(("Transfer-Encoding", "Content-Length")) for one in more):
        headers.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*headers, "", ""]).encode("latin-1") + body


BODIES: dict[str, tuple[bytes, set[int]]] = {
    "a name twice": (b'{"KHMC":"a","KHMC":"b"}', {400}), "a name twice inside": (b'{"KHMC":{"a":1,"a":2}}', {400}), "no number": (b'{"XYED":NaN}', {400}),
    "endless": (b'{"XYED":Infinity}', {400}), "a huge exponent": (b'{"XYED":1e999999999}', {400}), "a tiny one": (b'{"XYED":1e-999999999}', {400}),
    "a huge exponent as text": (b'{"XYED":"1e999999999"}', {400}), "five thousand digits": (b'{"XYED":' + b"9" * 5000 + b"}", {400}),
    "a thousand digits": (b'{"XYED":' + b"9" * 1000 + b"}", {400}), "half a character": (b'{"KHMC":"\\ud800"}', {400}),
    "half a character's name": (b'{"\\ud800":1}', {400, 403}), "NUL in a name": (b'{"KHMC\\u0000":1}', {400, 403}), "latin-1": (b'{"KHMC":"\xe9"}', {400}),
    "UTF-8 that ends early": (b'{"KHMC":"\xe4\xbd"}', {400}), "overlong UTF-8": (b'{"KHMC":"\xc0\x80"}', {400}), "deep lists": (b'{"KHMC":' + b"[" * 100_000 + b"]" * 100_000 + b"}", {400}),
    "deep objects": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, {400}), "a list": (b"[1]", {400}), "a text": (b'"x"', {400}), "nothing": (b"", {400}),
    "null": (b"null", {400}), "blanks": (b"  \n", {400}), "an object in a field": (b'{"KHMC":{"a":1}}', {400}), "a list in a field": (b'{"KHMC":[1]}', {400}),
    "too long": (b'{"KHMC":"' + b"x" * 2_000_000 + b'"}', {400}), "ten megabytes": (b'{"KHMC":"' + b"x" * 10_000_000 + b'"}', {400}),
    "figures that take their time": (b'{"XYED":"' + b"1" * 200_000 + b'!"}', {400}), "no such day": (b'{"DJRQ":"2026-02-31"}', {400}), "a number for a day": (b'{"DJRQ":1}', {400}), "an object that goes on": (b'{"KHMC":"x"}}', {400}),
    "two objects": (b'{"KHMC":"x"}{"KHMC":"y"}', {400}), "comments": (b'{"KHMC":"x"/*y*/}', {400}), "single quotes": (b"{'KHMC':'x'}", {400}),
    "XML": (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", {400}), "a form": (b"KHMC=x", {400}),
}  # fmt: skip


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_is_none_is_refused_in_words(
    both: Cast, bearer: str, name: Callable[[], Any], what: str
) -> None:
    body, expected = BODIES[what]
    found = said(both, patch(both, bearer, body, f"Content-Type: {JSON_TYPE}"))
    check(found, expected)
    assert json.loads(found[2])["title"]


FRAMES: dict[str, tuple[list[str], bytes, set[int]]] = {
    "pieces of no size": (["Transfer-Encoding: chunked"], b'zz\r\n{"KHMC":"x"}\r\n0\r\n\r\n', {400}), "a size below nothing": (["Transfer-Encoding: chunked"], b'-c\r\n{"KHMC":"x"}\r\n0\r\n\r\n', {400}),
    "pieces that end early": (["Transfer-Encoding: chunked"], b'ff\r\n{"KHMC":"x"}', {400}), "pieces without an end": (["Transfer-Encoding: chunked"], b'c\r\n{"KHMC":"x"}\r\n', {400}),
    "pieces glued together": (["Transfer-Encoding: chunked"], b'c\r\n{"KHMC":"x"}c\r\n{"KHMC":"x"}\r\n0\r\n\r\n', {400}), "both lengths": (["Content-Length: 5", "Transfer-Encoding: chunked"], b"0\r\n\r\n", {400}),
    "two lengths": (["Content-Length: 2", "Content-Length: 3"], b"{} ", {400}), "a length below nothing": (["Content-Length: -5"], b"{}", {400}), "a length in words": (["Content-Length: 2x"], b"{}", {400}),
    "a length that never comes": (["Content-Length: 99999999999999999999"], b"{}", {413}), "a body that ends early": (["Content-Length: 500"], b'{"KHMC":"x"}', {400}),
    "an unknown coding": (["Transfer-Encoding: gzip, chunked"], b"0\r\n\r\n", {400}), "a coding hidden by a blank": (["Transfer-Encoding : chunked"], b"0\r\n\r\n", {400}),
    "a coding in capitals twice": (["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], b"0\r\n\r\n", {400}),
    "more than the limit in pieces": (["Transfer-Encoding: chunked"], (b"100000\r\n" + b"x" * 0x100000 + b"\r\n") * 30 + b"0\r\n\r\n", {400, 413, 0}),
    "an expectation": (["Expect: 200-maybe"], b"{}", {400}), "a folded header": (["X-A: a\r\n b"], b"{}", {400}), "a header without a name": ([": x"], b"{}", {400}),
    "a header with a blank in its name": (["X A: x"], b"{}", {400}), "NUL in a header": (["X-A: a\x00b"], b"{}", {400}), "many headers": ([f"X-{n}: 1" for n in range(150)], b"{}", {431}),
    "a long header": (["X-A: " + "x" * 9000], b"{}", {431}),
}  # fmt: skip


@pytest.mark.parametrize("what", FRAMES)
def test_a_request_that_is_none_is_refused_in_words(
    both: Cast, bearer: str, name: Callable[[], Any], what: str
) -> None:
    more, body, expected = FRAMES[what]
    found = said(both, patch(both, bearer, body, f"Content-Type: {JSON_TYPE}", *more), ends=True)
    if found[0] or 0 not in expected:
        check(found, expected)


def test_half_a_form_saves_nothing(both: Cast, name: Callable[[], Any]) -> None:
    """A line that breaks while a form is sent must not save the first half of it."""
    client: FlaskClient = signed_in(both.app, ME)
    page = client.get("/").get_data(as_text=True)
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    cookie = client.get_cookie("veneer")
    assert token
    assert cookie
    body = f"csrf_token={token[1]}&row_hash=&f.KHMC=Half+a".encode()
    path = f"/data/customers/edit/{both.ids['customers', 'u']}"
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: veneer={cookie.value}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    sent = f"{head}Connection: close\r\nContent-Length: {len(body) + 20}\r\n\r\n".encode() + body
    check(said(both, sent, ends=True), {400})


LINES: dict[str, tuple[bytes, set[int]]] = {
    "no version": (b"GET /\r\n\r\n", {400}), "another version": (b"GET / HTTP/3.0\r\n\r\n", {400}), "small letters": (b"get / HTTP/1.1\r\nHost: localhost\r\n\r\n", {400}),
    "bytes": (b"\xff\xfe\x00\x01\r\n\r\n", {400}), "two hosts": (b"GET /login/ HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", {400}),
    "another host in the address": (b"GET http://evil.example/data/customers/list/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", {302, 400}),
    "HTTP/2 by name": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400}), "a proxy's line": (b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n", {400}),
    "a long address": (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", {414}), "a star": (b"GET * HTTP/1.1\r\nHost: localhost\r\n\r\n", {400, 404}),
    "NUL in the address": (b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", {400, 404}),
    "a line feed in the address": (b"GET /a\nX: y HTTP/1.1\r\nHost: localhost\r\n\r\n", {400}), "no letters": (b"GET /%zz%ff%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", {400, 404}),
}  # fmt: skip


@pytest.mark.parametrize("what", LINES)
def test_a_line_that_is_none_is_refused_in_words(both: Cast, what: str) -> None:
    sent, expected = LINES[what]
    check(said(both, sent, ends=True), expected)


METHODS = ("HEAD", "OPTIONS", "TRACE", "CONNECT", "FOO", "PROPFIND", "LOCK")
PLACES = (PATH, "/data/customers/list/", "/login/", "/", "/api/v1/security/login", "/static/logo.svg")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("place", PLACES)
def test_a_method_that_nobody_offers_changes_and_tells_nothing(both: Cast, method: str, place: str) -> None:
    secret = "X-Told-Nobody: only-in-the-request"
    sent = f"{method} {place} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{secret}\r\n\r\n".encode()
    status, head, body = said(both, sent)
    assert status in {200, 302, 401, 404, 405}, status
    assert "only-in-the-request" not in head + body
    if method not in {"HEAD", "OPTIONS"}:
        assert status in {404, 405}
        check((status, head, body), {404, 405})
    if method == "HEAD":
        assert body == ""


TYPES = (
    "text/plain", "application/xml", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 500,
    "application/json; charset=nope", "application/json; charset=utf-16", "\xff\xfe", "x" * 3000, "application/x-www-form-urlencoded; charset=gbk", ";",
)  # fmt: skip


@pytest.mark.parametrize("kind", TYPES, ids=range(len(TYPES)))
@pytest.mark.parametrize("place", ["/login/", "/data/customers/add", "/api/v1/security/login", PATH])
def test_an_odd_type_of_content_is_answered(both: Cast, bearer: str, kind: str, place: str) -> None:
    head = f"POST {place} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {bearer}\r\nContent-Type: {kind}\r\n"
    sent = f"{head}Content-Length: 2\r\n\r\n{{}}".encode("latin-1")
    check(said(both, sent), {302, 400, 401, 415})


def test_slow_clients_leave_room_for_others(both: Cast) -> None:
    """More of them than threads, each with half a head: they are gone after a while, and the next page comes."""
    slow = [socket.create_connection(port_of(both), timeout=SECONDS) for _number in range(10)]
    try:
        for one in slow:
            one.sendall(b"GET /login/ HTTP/1.1\r\nHost: localhost\r\nX-A: ")
        began = time.monotonic()
        sent = b"GET /login/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        assert said(both, sent)[0] == 200
        assert time.monotonic() - began < SECONDS - 10
    finally:
        for one in slow:
            one.close()
