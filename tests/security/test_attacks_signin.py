"""Attacks on who somebody is: guessing, old and copied sessions, forged tokens, rights that were taken away."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import Role, User
from itsdangerous import URLSafeTimedSerializer
from markupsafe import escape
from sqlalchemy import select, update

from app import accounts, tokens
from app.security import overlay_session
from app.short_cache import CACHE_SECONDS
from demo.accounts import DEMO_PASSWORD
from tests.harness.applications import clear_tries, send, signed_in, token_of
from tests.harness.http_client import in_process
from tests.security.cast import Cast, plain

API = "/api/v1/data/"
NAME, PASSWORD = "passing", "a-password-of-its-own"


@pytest.fixture
def limiter(cast: Cast) -> Iterator[None]:
    """Nothing was tried before, and nothing stays behind."""
    clear_tries(cast.app)
    yield
    clear_tries(cast.app)


@pytest.fixture
def person(cast: Cast) -> str:
    """A salesperson's account that tests may spoil."""
    with cast.app.app_context():
        accounts.add_account(NAME, "Pa", "Ssing", "Sales", PASSWORD)
        accounts.set_password(NAME, PASSWORD)
        put(active=True)
        roles("Sales")
    return NAME


def put(**values: Any) -> None:
    """Change the account in the database, as an administrator's page does."""
    overlay_session().execute(update(User).where(User.username == NAME).values(**values))
    overlay_session().commit()


def roles(*names: str) -> None:
    """Give the account exactly these roles."""
    session = overlay_session()
    user = session.execute(select(User).where(User.username == NAME)).scalar_one()
    user.roles = list(session.execute(select(Role).where(Role.name.in_(names))).scalars())
    session.commit()


def page_login(app: Flask, name: str, password: str, **environ: str) -> Any:
    """What the page answers, with what it says on the way."""
    visitor = app.test_client()
    form = {"username": name, "password": password, "csrf_token": token_of(visitor, "/login/")}
    first = visitor.post("/login/", data=form, environ_overrides=environ)
    return first, visitor.get(first.headers["Location"]) if first.status_code == 302 else first


def api_login(app: Flask, name: Any, password: Any, **environ: str) -> Any:
    sent = {"username": name, "password": password, "refresh": True}
    return app.test_client().post("/api/v1/security/login", json=sent, environ_overrides=environ)


WRONG = [("clerk", "wrong"), ("nobody-at-all", "wrong"), ("clerk", "\x00"), ("' OR 1=1--", "x"), ("clerk' --", DEMO_PASSWORD), ("*", "*"),
         ("clerk\x00", DEMO_PASSWORD), (NAME, PASSWORD)]  # fmt: skip


def test_no_answer_tells_whether_there_is_such_an_account(cast: Cast, person: str) -> None:
    with cast.app.app_context():
        put(active=False)
    pages, answers = set(), set()
    for name, password in WRONG:
        first, second = page_login(cast.app, name, password)
        assert first.headers["Location"].startswith("/login/")
        assert first.headers.get("Set-Cookie", "").count("sid") == 0
        pages.add(plain(second, str(escape(name))))  # what was typed stays
        answer = api_login(cast.app, name, password)
        answers.add((answer.status_code, answer.get_data(as_text=True)))
    assert len(pages) == 1
    assert [status for status, _body in answers] == [401]


def test_an_unknown_account_takes_as_long(cast: Cast) -> None:
    def seconds(name: str) -> float:
        began = time.process_time()
        api_login(cast.app, name, "wrong")
        return time.process_time() - began

    with in_process(cast.app):  # whose time can be measured
        known, unknown = (min(seconds(name) for _try in range(4)) for name in ("clerk", "nobody-at-all"))
    assert 0.4 < known / unknown < 2.5


@pytest.mark.usefixtures("limiter")
def test_the_page_stops_guesses(cast: Cast) -> None:
    statuses = [page_login(cast.app, "clerk", f"guess {number}")[0].status_code for number in range(14)]
    assert statuses[:9] == [302] * 9
    assert statuses[-1] == 429
    assert page_login(cast.app, "clerk", DEMO_PASSWORD)[0].status_code == 429, "not even the right one"


@pytest.mark.usefixtures("limiter")
def test_the_api_stops_guesses_from_anywhere(cast: Cast) -> None:
    one = [api_login(cast.app, "clerk", f"guess {number}").status_code for number in range(12)]
    assert one[-1] == 429
    many = [
        api_login(cast.app, "engineer", "guess", REMOTE_ADDR=f"127.0.1.{n + 1}").status_code
        for n in range(12)
    ]
    assert many[-1] == 429, "the account is what counts, not the address alone"
    answer = api_login(cast.app, "engineer", "guess", REMOTE_ADDR="127.0.1.200")
    assert answer.get_json()["title"].startswith("Too many attempts")


def is_in(client: FlaskClient) -> bool:
    return client.get("/sessions/").status_code == 200


def thief_of(cast: Cast, client: FlaskClient) -> FlaskClient:
    """Another browser with the same cookie."""
    cookie = client.get_cookie("veneer")
    assert cookie
    thief = cast.app.test_client()
    thief.set_cookie("veneer", cookie.value)
    assert is_in(thief)
    return thief


@pytest.mark.parametrize("end", ["sign out", "new password", "deactivated", "gone"])
def test_a_copied_session_ends_at_the_next_request(cast: Cast, person: str, end: str) -> None:
    client = signed_in(cast.app, person, PASSWORD)
    thief = thief_of(cast, client)
    with cast.app.app_context():
        if end == "sign out":
            send(client, "/logout/")
        elif end == "new password":
            accounts.set_password(person, "another-password")
        elif end == "deactivated":
            put(active=False)
        else:
            overlay_session().delete(
                overlay_session().execute(select(User).where(User.username == NAME)).scalar_one()
            )
            overlay_session().commit()
    for path in ("/sessions/", "/", "/data/customers/list/", "/tokens/"):
        assert thief.get(path).headers.get("Location", "").startswith("/login"), path
    assert thief.get(API + "customers/").status_code == 401


@pytest.mark.parametrize("end", ["new password", "deactivated"])
def test_tokens_end_with_the_account(cast: Cast, person: str, end: str) -> None:
    made = api_login(cast.app, person, PASSWORD).get_json()
    with cast.app.app_context():
        user = cast.app.appbuilder.sm.find_user(username=person)  # type: ignore[attr-defined]
        personal = tokens.create(overlay_session(), user, "x", tokens.WRITE, None)
    held = [made["access_token"], personal]
    assert [asked(cast, token) for token in held] == [200, 200]
    with cast.app.app_context():
        accounts.set_password(person, "another-password") if end == "new password" else put(active=False)
    assert [asked(cast, token) for token in held] == [401, 401]
    bearer = {"Authorization": f"Bearer {made['refresh_token']}"}
    assert cast.app.test_client().post("/api/v1/security/refresh", headers=bearer).status_code == 401


def asked(cast: Cast, token: str) -> int:
    answer = cast.app.test_client().get(API, headers={"Authorization": f"Bearer {token}"})
    return int(answer.status_code)


def forged(header: dict[str, Any], claims: dict[str, Any], signature: str = "") -> str:
    """A JWT put together by hand."""
    parts = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)
    )
    return ".".join([*parts, signature])


def test_forged_tokens_are_nobody_s(cast: Cast) -> None:
    good = api_login(cast.app, "clerk", DEMO_PASSWORD).get_json()
    header, claims, signature = good["access_token"].split(".")
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    attempts = [
        forged({"alg": "none", "typ": "JWT"}, said), forged({"alg": "none", "typ": "JWT"}, {**said, "sub": "1"}, signature),
        forged({"alg": "HS256", "typ": "JWT"}, {**said, "sub": "1"}, signature), f"{header}.{claims}.", f"{header}.{claims}.{signature[:-2]}AA",
        forged({"alg": "HS256", "typ": "JWT", "kid": "../../dev/null"}, said, signature), good["refresh_token"], "vnr_", "vnr_" + "a" * 43, "", "x",
    ]  # fmt: skip
    assert {asked(cast, token) for token in attempts} == {401}


def test_a_forged_cookie_is_nobody_s(cast: Cast, person: str) -> None:
    cookie = signed_in(cast.app, person, PASSWORD).get_cookie("veneer")
    assert cookie
    session = {"_user_id": "1", "_fresh": True, "sid": "x"}
    keys = ("", "secret", "dev", "test-key-that-is-long-enough-for-a-tesT")
    made = [URLSafeTimedSerializer(key, "cookie-session").dumps(session) for key in keys]
    value = cookie.value
    for other in (*made, value[:-1], value.replace(".", ""), "x" + value, json.dumps(session)):
        thief = cast.app.test_client()
        thief.set_cookie("veneer", other)
        assert not is_in(thief)


def test_a_cookie_from_before_is_not_signed_in_with_its_owner(cast: Cast, person: str) -> None:
    victim = cast.app.test_client()
    token = token_of(victim, "/login/")
    planted = victim.get_cookie("veneer")
    assert planted
    victim.post("/login/", data={"username": person, "password": PASSWORD, "csrf_token": token})
    assert is_in(victim)
    thief = cast.app.test_client()
    thief.set_cookie("veneer", planted.value)
    assert not is_in(thief)


def test_rights_that_are_taken_away_are_gone_within_a_second(cast: Cast, person: str) -> None:
    client = signed_in(cast.app, person, PASSWORD)
    assert client.get("/data/customers/list/").status_code == 200
    with cast.app.app_context(), cast.silence():
        roles("IT")
    time.sleep(CACHE_SECONDS + 0.1)
    assert client.get("/data/customers/list/").status_code == 404
    assert client.get("/it/").status_code == 200
    with cast.app.app_context(), cast.silence():
        roles()
    time.sleep(CACHE_SECONDS + 0.1)
    assert client.get("/it/").status_code == 403


def test_nobody_gives_himself_more(cast: Cast, person: str) -> None:
    client = signed_in(cast.app, person, PASSWORD)
    more = {"first_name": "X", "last_name": "Y", "roles": "1", "role": "1", "username": "admin2", "active": "y", "id": "1", "groups": "1",
            "email": "x@y", "password": "x", "is_active": "1"}  # fmt: skip
    send(client, "/userinfoeditview/form", more)
    send(client, "/userinfoeditview/form?pk=1", more)
    send(client, "/resetmypassword/form?pk=1", {"password": "taken-over-1", "conf_password": "taken-over-1"})
    with cast.app.app_context():
        manager = cast.app.appbuilder.sm  # type: ignore[attr-defined]
        assert [role.name for role in manager.find_user(username=person).roles] == ["Sales"]
        assert manager.find_user(username="admin2") is None
    assert page_login(cast.app, "admin", "taken-over-1")[0].headers["Location"].startswith("/login")
    assert page_login(cast.app, "admin", DEMO_PASSWORD)[0].headers["Location"] == "/"


def test_an_answer_that_nobody_reads_leaves_nobody_behind(cast: Cast) -> None:
    unread = cast.browser("manager_east").get("/data/customers/export/?kind=csv")
    page = cast.browser("clerk").get("/").get_data(as_text=True)
    assert "Wen Shuya" in page or "Shuya Wen" in page
    assert "Dongfang" not in page
    again = cast.app.test_client().get("/data/customers/list/")
    assert again.status_code == 302, "a visitor stays one"
    unread.close()


def test_cookies_are_for_this_site_and_no_script(cast: Cast, person: str) -> None:
    for scheme, secure in (("http", False), ("https", True)):
        visitor = cast.app.test_client()
        answer = visitor.get("/login/", base_url=f"{scheme}://localhost")
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) == secure
    assert "Set-Cookie" not in api_login(cast.app, person, PASSWORD).headers
