"""Attacks at the edge: requests that other sites make a browser send, addresses that lead away, sizes, headers and errors."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import MetaData, text
from werkzeug.routing import Rule

from app.extensions import services
from app.web import TOKEN_LOGINS
from tests.harness.applications import signed_in, token_of
from tests.security.cast import Cast
from tests.security.limits import own
from tests.security.words import is_clean, leak_of

SAFE = {"GET", "HEAD", "OPTIONS"}
VALUES = {
    "entity": "customers", "other": "orders", "relation": "KHBH", "field": "KHBH", "name": "filter", "changes": "1", "key": "orders",
    "locale": "en", "code": "en", "group_by": "0", "filename": "logo.svg",
}  # fmt: skip
FORM = {
    "action": "delete",
    "rowid": "2",
    "then": "",
    "reason": "a reason",
    "name": "x",
    "f.KHMC": "changed",
    "step": "save",
}
QUERY = "?table=T_KHZL&token=5&reason=a+reason&total=5&fresh=1"
# Flask-AppBuilder's Query.get
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.LegacyAPIWarning")
PASSING = {"web_session", "schema_watch", "export_run", "daily_use"}
"""Tables that a request for a page may write to: when a browser was last seen, when the schema was looked at, who took which file and how many rows."""
REFUSALS = {"change": " WHERE action NOT IN ('refused', 'export')"}
"""Refusals and exports are written down, and nothing else may come into the audit with them."""


def address(rule: Rule) -> str:
    """A rule with real values, so that a view would find what it is asked to harm."""
    path = rule.rule
    for name in rule.arguments:
        value = VALUES.get(name, "2" if name in {"pk", "user_id"} else "1")
        for converter in ("", "int:", "string:", "path:"):
            path = path.replace(f"<{converter}{name}>", value)
    return path


def unsafe(cast: Cast) -> list[tuple[str, str]]:
    rules = [rule for rule in cast.app.url_map.iter_rules() if rule.rule not in TOKEN_LOGINS]
    return [(method, address(rule)) for rule in rules for method in sorted((rule.methods or set()) - SAFE)]


def dump(cast: Cast) -> dict[str, str]:
    """A hash of every table of both schemas."""
    found = {}
    with cast.app.app_context(), services().engine.connect() as connection:
        for schema in (None, services().schema):
            tables = MetaData(schema=schema)
            tables.reflect(connection, resolve_fks=False)
            for table in tables.tables.values():
                where = REFUSALS.get(table.name, "") if schema is None else ""
                rows = connection.execute(
                    text(f'SELECT * FROM "{schema or "main"}"."{table.name}"{where}')
                ).all()
                found[f"{schema}.{table.name}"] = hashlib.sha256(
                    repr(sorted(map(repr, rows))).encode()
                ).hexdigest()
    return {name: value for name, value in found.items() if name.partition(".")[2] not in PASSING}


@pytest.mark.parametrize("kind", ["form", "json", "nothing", "bearer", "text"])
def test_every_unsafe_request_of_a_cookie_needs_its_token(cast: Cast, kind: str) -> None:
    client, before = cast.browser("admin"), dump(cast)
    sent: dict[str, Any] = {
        "form": {"data": FORM},
        "json": {"json": {"KHMC": "x"}},
        "nothing": {},
        "bearer": {"data": FORM, "headers": {"Authorization": "Bearer x"}},
        "text": {"data": json.dumps(FORM), "content_type": "text/plain"},
    }[kind]
    for method, path in unsafe(cast):
        if kind == "bearer" and path.startswith("/api/"):
            continue
        answer = client.open(path, method=method, **sent)
        assert answer.status_code == 400, (method, path)
        assert "open for too long" in answer.get_data(as_text=True), (method, path)
    assert dump(cast) == before


def test_a_token_of_another_session_does_not_do(cast: Cast) -> None:
    foreign = token_of(signed_in(cast.app, "clerk"))
    answer = cast.browser("admin").post(
        "/data/customers/views/save", data={"name": "x", "csrf_token": foreign}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_nothing_changes_by_opening_a_link(cast: Cast, method: str) -> None:
    client = cast.browser("admin")
    cast.post("admin", "/it/unlock", {"reason": "to be tempted"})
    before = dump(cast)
    for rule in cast.app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            for query in ("", QUERY + "&" + urlencode(FORM)):
                answer = client.open(address(rule) + query, method=method)
                answer.get_data()
                answer.close()
                assert answer.status_code < 500, rule
    assert dump(cast) == before
    assert cast.get("admin", "/sessions/").status_code == 200, "still signed in"


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_header_does_not_make_another_method_of_it(cast: Cast, header: str) -> None:
    path = f"/data/customers/delete/{own(cast)}"
    for name in (header, "_method"):
        cast.get("clerk", path + "?_method=POST", headers={name: "POST"})
    assert cast.get("clerk", f"/api/v1/data/customers/{own(cast)}").get_json()["SCBZ"] in {"0", False}


AWAY = [
    "//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "///evil.example", "http:///evil.example", "/\t/evil.example",
    "\t//evil.example", "/\t\\evil.example", "/\n/evil.example", "javascript:alert(1)", "data:text/html,x", "http:evil.example", "https:evil.example",
    "http://localhost@evil.example", "http://localhost.evil.example", "http://localhost:80@evil.example", "http://[", "http://evil.example\\@localhost",
    " //evil.example", "/%09/evil.example", "//localhost:80@evil.example", "%2f%2fevil.example", "/\x00/evil.example", "／／evil.example",
]  # fmt: skip


@pytest.mark.parametrize("url", AWAY, ids=repr)
def test_no_answer_leads_away(cast: Cast, url: str) -> None:
    visitor = cast.app.test_client()
    token = token_of(visitor, "/login/")
    form = {"username": "clerk", "password": "demo", "csrf_token": token}
    answers = [
        visitor.post("/login/?" + urlencode({"next": url}), data=form),
        visitor.get("/login/?" + urlencode({"next": url})),
        cast.post("clerk", "/data/customers/undo/0", {"next": url}),
        cast.post("clerk", "/data/customers/views/save", {"next": url}),
        cast.post("clerk", "/inbox/1/open", {"next": url}),
        cast.post("it", "/it/lock", {"next": url}),
        cast.get("clerk", "/language/en", headers={"Referer": quote(url, safe=":/\\@[]%.,")}),
        cast.get("clerk", "/language/en", headers={"Referer": "https://evil.example/"}),
        cast.get("clerk", "/back", headers={"Referer": "https://evil.example/"}),
        cast.get("clerk", "/lang/en", headers={"Referer": "https://evil.example/"}),
    ]
    for answer in answers:
        place = answer.headers.get("Location", "/")
        assert leads_home(place), place


def leads_home(place: str) -> bool:
    """A path of this site as browsers read it: with tabs dropped and backslashes as slashes."""
    read = "".join(c for c in place if c not in "\t\r\n").replace("\\", "/").strip()
    return not read.startswith("//") and (read.startswith(("/", "%", "http://localhost/")) or ":" not in read)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost.evil.example", "localhost@evil.example", "127.0.0.1.evil.example", ""])  # fmt: skip
def test_another_host_is_not_served(cast: Cast, host: str) -> None:
    for path in ("/login/", "/", "/api/v1/data/", "/static/logo.svg", "/data/customers/list/"):
        answer = cast.app.test_client().get(path, headers={"Host": host})
        assert answer.status_code == 400, path
        assert "evil" not in answer.get_data(as_text=True)


def test_forwarded_headers_of_nobody_are_not_believed(cast: Cast) -> None:
    sent = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "Forwarded": "host=evil.example",
    }
    answer = cast.app.test_client().get("/data/customers/list/", headers=sent)
    assert answer.headers["Location"].startswith("/login/")
    assert "evil" not in answer.get_data(as_text=True)


BIG = 21 * 1024 * 1024


@pytest.mark.parametrize("path", ["/data/customers/views/save", "/data/customers/add", "/api/v1/data/customers/", "/api/v1/data/customers/bulk",
                                  "/api/v1/security/login", "/wiring/table?table=T_KHZL", "/login/"])  # fmt: skip
def test_more_than_the_limit_is_too_large(cast: Cast, path: str) -> None:
    answer = cast.ask("admin", "POST", path, data=b"x" * BIG, content_type="application/json")
    assert answer.status_code == 413
    assert "too large to send" in answer.get_data(as_text=True)


def test_more_parts_than_the_limit_are_refused(cast: Cast) -> None:
    many = "&".join("a=1" for _number in range(100_000))
    kind = {"content_type": "application/x-www-form-urlencoded"}
    answer = cast.ask("admin", "POST", "/data/customers/views/save", data=many, **kind)
    assert answer.status_code in {302, 400, 413}
    parts = {f"a{number}": "1" for number in range(6000)} | {"f": (io.BytesIO(b"x"), "x.txt")}
    assert cast.ask("admin", "POST", "/data/customers/views/save", data=parts).status_code == 413


BAD = [
    ("GET", "/nothing", {}), ("GET", "/data/customers/show/%FF%FE", {}), ("PUT", "/data/customers/list/", {}), ("DELETE", "/", {}),
    ("GET", "/static/../../etc/passwd", {}), ("GET", "/static/%2e%2e/%2e%2e/README.md", {}), ("GET", "/static/build/..%2f..%2f..%2fREADME.md", {}),
    ("POST", "/data/customers/add", {"data": b"\xff\xfe\x00", "content_type": "application/x-www-form-urlencoded"}),
    ("POST", "/api/v1/data/customers/", {"data": b"\xff\xfe", "content_type": "application/json"}),
    ("POST", "/api/v1/data/customers/", {"data": b"[" * 100_000, "content_type": "application/json"}),
    ("POST", "/api/v1/data/customers/", {"data": b'{"ID":' + b"9" * 5000 + b"}", "content_type": "application/json"}),
    ("POST", "/api/v1/data/customers/", {"json": {"KHBH": "KH1", "KHMC": None}}), ("POST", "/api/v1/data/customers/bulk", {"json": {"operations": [None, 5, []]}}),
    ("POST", "/api/v1/data/customers/bulk", {"json": {"operations": [{"action": "change", "token": {"a": 1}, "etag": 5, "values": []}]}}),
    ("PATCH", "/api/v1/data/customers/1", {"json": [], "headers": {"If-Match": "x" * 10_000}}), ("GET", "/api/v1/data/customers/1", {"headers": {"Accept-Language": "x" * 5000}}),
    ("GET", "/", {"headers": {"Accept": "text/\x80", "Accept-Language": ",;q=x"}}), ("GET", "/", {"headers": {"Range": "bytes=0-" + "9" * 400}}),
    ("GET", "/data/customers/list/", {"headers": {"HX-Target": "rows", "HX-Request": "x"}}), ("GET", "/data/customers/list/", {"headers": {"Cookie": "veneer=" + "x" * 3000}}),
    ("GET", "/api/v1/data/", {"headers": {"Authorization": "Bearer " + "x" * 5000}}), ("GET", "/api/v1/data/", {"headers": {"Authorization": "Bearer \xff"}}),
    ("GET", "/api/v1/data/", {"headers": {"Authorization": "Bearer vnr_%00"}}), ("TRACE", "/", {}), ("PROPFIND", "/", {}),
]  # fmt: skip


@pytest.mark.parametrize("request_", BAD, ids=lambda one: f"{one[0]} {one[1]}")
def test_what_cannot_be_understood_is_answered_in_words(
    cast: Cast, request_: tuple[str, str, dict[str, Any]]
) -> None:
    method, path, options = request_
    for actor in ("sales_east", "anonymous"):
        answer = cast.ask(actor, method, path, **json_safe(options))
        assert is_clean(answer), (answer.status_code, leak_of(answer))


def json_safe(options: dict[str, Any]) -> dict[str, Any]:
    return {
        name: dict(value) if isinstance(value, dict) and name == "headers" else value
        for name, value in options.items()
    }


def test_every_answer_keeps_itself_to_itself(cast: Cast) -> None:
    for path in (
        "/",
        "/login/",
        "/nothing",
        "/api/v1/data/",
        "/static/logo.svg",
        "/data/customers/list/",
        "/health/live",
    ):
        answer = cast.get("sales_east", path, headers={"Origin": "https://evil.example"})
        headers = answer.headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in headers
        assert not {"Server", "X-Powered-By"} & set(headers.keys())
        if not path.startswith("/static/"):
            assert headers["Cache-Control"].startswith("no-store")


def test_no_page_asks_another_machine(cast: Cast) -> None:
    for path in ("/", "/login/", "/data/customers/list/", "/api/docs", "/it/", "/users/list/", "/wiring/"):
        body = cast.get("admin", path).get_data(as_text=True)
        for mark in ('src="http', 'href="http', 'src="//', 'href="//', "@import", "url(http"):
            assert mark not in body, (path, mark)
