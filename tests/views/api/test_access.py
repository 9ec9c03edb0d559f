"""Who gets in: a table of method × caller × status, tokens and their ends, limits on signing in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask

from app import accounts, tokens
from app.security import overlay_session
from demo.accounts import DEMO_PASSWORD
from tests.harness.applications import clear_tries, signed_in, token_of
from tests.views.api.conftest import BASE, Caller

CLERKS_OWN, SOMEBODY = "clerk", "sales_east"
TABLE = [
    # method, path, anonymous, wrong token, sales (reads products), clerk (keeps customers), reading token of the clerk
    ("GET", "/", 401, 401, 200, 200, 200),
    ("GET", "/products/", 401, 401, 200, 200, 200),
    ("GET", "/products/schema", 401, 401, 200, 200, 200),
    ("GET", "/products/NOPE", 401, 401, 404, 404, 404),
    ("GET", "/nothing/", 401, 401, 404, 404, 404),
    ("GET", "/nothing/schema", 401, 401, 404, 404, 404),
    ("POST", "/products/", 401, 401, 403, 403, 403),
    ("POST", "/nothing/", 401, 401, 404, 404, 403),
    ("POST", "/customers/", 401, 401, 400, 400, 403),
    ("POST", "/customers/bulk", 401, 401, 400, 400, 403),
    ("PATCH", "/products/NOPE", 401, 401, 403, 403, 403),
    ("PATCH", "/customers/99999999", 401, 401, 404, 404, 403),
    ("PUT", "/customers/99999999", 401, 401, 404, 404, 403),
    ("DELETE", "/customers/99999999", 401, 401, 403, 404, 403),
    ("DELETE", "/products/NOPE", 401, 401, 403, 403, 403),
    ("GET", "/customers/99999999/content/BZ", 401, 401, 404, 404, 404),
    ("POST", "/customers/99999999/unmask", 401, 401, 403, 403, 403),
    ("POST", "/nothing/99999999/unmask", 401, 401, 404, 404, 403),
    ("GET", "/api/v1/openapi.json", 401, 401, 200, 200, 200),
    ("GET", "/api/v1/openapi.json?entity=nothing", 401, 401, 404, 404, 404),
]
LEFT_TO_OTHERS = {"/api/v1/security/login", "/api/v1/security/refresh", "/api/docs"}


@pytest.mark.parametrize("line", TABLE, ids=lambda line: f"{line[0]} {line[1]}")
def test_the_table_of_rights(
    api: Flask,
    callers: Callable[[str], Caller],
    personal: Callable[..., Caller],
    line: tuple[str, str, int, int, int, int, int],
) -> None:
    method, path, *expected = line
    address = path if path.startswith("/api") else BASE + path
    sent = {"json": {}, "headers": {"If-Match": "*"}} if method != "GET" else {}
    asking = [
        Caller(api, "vnr_nonsense"),
        callers(SOMEBODY),
        callers(CLERKS_OWN),
        personal(CLERKS_OWN, tokens.READ),
    ]
    bare = api.test_client().open(address, method=method, **({"json": {}} if method != "GET" else {}))
    assert bare.status_code == expected[0], "nobody has signed in: there is no page to reload"
    assert [c.send(method, path, **sent).status_code for c in asking] == expected[1:]


def test_no_address_of_the_api_is_missing_from_the_table(api: Flask) -> None:
    rules = [rule for rule in api.url_map.iter_rules() if rule.rule.startswith("/api/")]
    covered = {(method, shape(path.split("?")[0])) for method, path, *_ in TABLE}
    for rule in rules:
        if rule.rule in LEFT_TO_OTHERS:
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert (method, shape(rule.rule)) in covered, f"{method} {rule.rule}"


def shape(path: str) -> tuple[int, str]:
    """How many parts the address has, and its last fixed word."""
    parts = [part for part in path.removeprefix(BASE).split("/") if part]
    fixed = parts[-1] if parts and parts[-1] in {"schema", "bulk", "openapi.json", "unmask"} else ""
    return len(parts), fixed


@pytest.mark.parametrize(
    "header", ["Bearer ", "Bearer x.y.z", "Basic YWRtaW46ZGVtbw==", "bearer vnr_", "Token x"]
)
def test_a_wrong_token_never_falls_back_to_the_cookie(api: Flask, header: str) -> None:
    browser = signed_in(api, "admin")
    answer = browser.get(f"{BASE}/", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert browser.get(f"{BASE}/").status_code == 200


def test_a_cookie_needs_the_csrf_token_for_unsafe_requests(api: Flask) -> None:
    browser = signed_in(api, "clerk")
    assert browser.post(f"{BASE}/customers/bulk", json={}).get_json()["type"] == "veneer:csrf"
    token = token_of(browser)
    named = browser.post(f"{BASE}/customers/bulk", json={}, headers={"X-CSRFToken": token})
    assert named.get_json()["type"] == "veneer:invalid"


def test_jwts_end_with_the_password(api: Flask) -> None:
    with api.app_context():
        accounts.add_account("passing", "P", "Assing", "Clerk", "first-password")
    sent = {"username": "passing", "password": "first-password", "refresh": True}
    answer = api.test_client().post("/api/v1/security/login", json=sent).get_json()
    access, refresh = Caller(api, answer["access_token"]), Caller(api, answer["refresh_token"])
    assert access.get("/").status_code == 200
    assert refresh.get("/").status_code == 401
    newer = refresh.send("POST", "/api/v1/security/refresh").get_json()["access_token"]
    assert Caller(api, newer).get("/").status_code == 200
    with api.app_context():
        accounts.set_password("passing", "second-password")
    assert access.get("/").status_code == 401
    assert refresh.send("POST", "/api/v1/security/refresh").status_code == 401


def test_personal_tokens_end(api: Flask, personal: Callable[..., Caller]) -> None:
    with api.app_context():
        accounts.add_account("leaving", "L", "Eaving", "Clerk", "first-password")
    expired, closed, living = personal("leaving", days=1), personal("leaving"), personal("leaving")
    assert {c.get("/").status_code for c in (expired, closed, living)} == {200}
    with api.app_context():
        session = overlay_session()
        user = api.appbuilder.sm.find_user(username="leaving")
        rows = {row.lookup_hash: row for row in tokens.tokens_of(session, user.id)}
        rows[tokens.lookup_hash(expired.token)].expires_on = tokens.now_utc() - timedelta(seconds=1)
        session.commit()
        assert tokens.revoke(session, user.id, rows[tokens.lookup_hash(closed.token)].uuid)
    assert [c.get("/").status_code for c in (expired, closed, living)] == [401, 401, 200]
    with api.app_context():
        accounts.set_password("leaving", "second-password")
    assert living.get("/").status_code == 401


def test_an_account_that_is_switched_off_is_out_at_once(api: Flask, personal: Callable[..., Caller]) -> None:
    with api.app_context():
        accounts.add_account("disabled", "D", "Isabled", "Clerk", "first-password")
    sent = {"username": "disabled", "password": "first-password"}
    by_jwt = Caller(
        api, api.test_client().post("/api/v1/security/login", json=sent).get_json()["access_token"]
    )
    by_token = personal("disabled")
    browser = signed_in(api, "disabled", "first-password")
    assert [
        by_jwt.get("/").status_code,
        by_token.get("/").status_code,
        browser.get(f"{BASE}/").status_code,
    ] == [200] * 3
    with api.app_context():
        user = api.appbuilder.sm.find_user(username="disabled")
        user.active = False
        overlay_session().commit()
    assert [
        by_jwt.get("/").status_code,
        by_token.get("/").status_code,
        browser.get(f"{BASE}/").status_code,
    ] == [401] * 3
    assert api.test_client().post("/api/v1/security/login", json=sent).status_code == 401


def test_the_database_keeps_no_token(api: Flask, personal: Callable[..., Caller]) -> None:
    caller = personal("clerk")
    with api.app_context():
        row = api.appbuilder.sm.session.query(tokens.ApiKey).one()
        kept = " ".join(str(value) for value in vars(row).values())
    assert caller.token not in kept
    assert caller.token[len(tokens.PREFIX) :] not in kept


@pytest.fixture
def limited(api: Flask) -> Iterator[Flask]:
    clear_tries(api)
    yield api
    clear_tries(api)


def test_signing_in_is_limited_by_address_and_by_account(limited: Flask) -> None:
    wrong = {"username": "executive", "password": "guess"}
    client = limited.test_client()
    here = [client.post("/api/v1/security/login", json=wrong).status_code for _ in range(11)]
    assert here == [401] * 10 + [429]
    elsewhere = {"REMOTE_ADDR": "10.9.8.7"}
    right = {"username": "executive", "password": DEMO_PASSWORD}
    locked = client.post("/api/v1/security/login", json=right, environ_base=elsewhere)
    assert locked.status_code == 429
    assert locked.content_type == "application/problem+json"
    other = {"username": "clerk", "password": DEMO_PASSWORD}
    assert client.post("/api/v1/security/login", json=other, environ_base=elsewhere).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        {},
        {"username": "admin"},
        {"username": 1, "password": 2},
        {"username": "admin", "password": None},
    ],
)
def test_signing_in_asks_for_both(api: Flask, sent: object) -> None:
    answer = api.test_client().post("/api/v1/security/login", json=sent)
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"


def test_who_was_refused_what_is_logged_by_ids(
    callers: Callable[[str], Caller], caplog: pytest.LogCaptureFixture
) -> None:
    callers(SOMEBODY).get("/customers/99999999")
    callers(SOMEBODY).delete("/products/NOPE", if_match="*")
    said = [record.getMessage() for record in caplog.records if record.name == "veneer"]
    assert any("not-visible for account" in line and "RecordApi.read" in line for line in said)
    assert any("not-allowed for account" in line and "RecordApi.remove" in line for line in said)
    assert not [line for line in said if SOMEBODY in line or "99999999" in line]
