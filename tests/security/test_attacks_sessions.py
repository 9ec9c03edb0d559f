"""Attacks on what goes on after signing in: JWTs whose session has ended, deactivated people who come back, other people's desks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from app import tokens
from app.security import overlay_session
from app.short_cache import CACHE_SECONDS
from models import sessions
from models.signin import identities, recovery, second_factor
from tests.harness.applications import clear_tries, send, signed_in
from tests.security.cast import Cast
from tests.security.words import is_clean
from tests.views.signin.people import PASSWORD, Person, made, send_here


@pytest.fixture
def person(cast: Cast) -> Iterator[Person]:
    yield made(cast.app)
    clear_tries(cast.app)


def asked(person: Person, token: str) -> int:
    answer = person.app.test_client().get("/api/v1/data/", headers={"Authorization": f"Bearer {token}"})
    return int(answer.status_code)


def refreshed(person: Person, token: str) -> int:
    bearer = {"Authorization": f"Bearer {token}"}
    return int(person.app.test_client().post("/api/v1/security/refresh", headers=bearer).status_code)


def personal(person: Person) -> str:
    with person.app.app_context():
        user = person.app.appbuilder.sm.find_user(username=person.name)  # type: ignore[attr-defined]
        return tokens.create(overlay_session(), user, "x", tokens.WRITE, None)


@pytest.mark.parametrize("end", ["from a browser", "by an administrator", "new password"])
def test_jwts_end_with_their_session(person: Person, cast: Cast, end: str) -> None:
    held = person.api(refresh=True).get_json()
    client = person.browser()
    assert "A program (API)" in client.get("/sessions/").get_data(as_text=True)
    assert (asked(person, held["access_token"]), refreshed(person, held["refresh_token"])) == (200, 200)
    if end == "from a browser":
        end_all_but_this(person, client)
        assert client.get("/sessions/").status_code == 200
    elif end == "by an administrator":
        assert send(signed_in(cast.app, "admin"), f"/sign-in/{person.id}/sign-out").status_code == 302
        assert client.get("/sessions/").status_code == 302
    else:
        new = "and now some others, 9 of them"
        send(
            client,
            "/resetmypassword/form",
            {"current_password": PASSWORD, "password": new, "conf_password": new},
        )
    assert (asked(person, held["access_token"]), refreshed(person, held["refresh_token"])) == (401, 401)


def end_all_but_this(person: Person, client: FlaskClient) -> None:
    with person.app.app_context():
        programs = [one.id for one in sessions.of_user(person.id) if one.way == sessions.PROGRAM]
    assert programs
    for session_id in programs:
        send(client, f"/sessions/end/{session_id}")


def test_nothing_comes_back_to_life_with_an_account_that_is_switched_on_again(
    person: Person, cast: Cast
) -> None:
    client, held, token = person.browser(), person.api(refresh=True).get_json(), personal(person)
    admin = signed_in(cast.app, "admin")
    person.put(active=False)
    assert admin.get(f"/sign-in/{person.id}").status_code == 200
    person.put(active=True)
    assert client.get("/sessions/").status_code == 302
    assert (asked(person, held["access_token"]), asked(person, token)) == (401, 401)
    assert refreshed(person, held["refresh_token"]) == 401
    assert person.browser().get("/sessions/").status_code == 200


def test_a_browser_s_cookie_is_no_program_s_and_the_other_way_round(person: Person) -> None:
    from flask_jwt_extended import create_access_token

    client = person.browser()
    with person.app.app_context():
        mine = [one.id for one in sessions.of_user(person.id) if one.way == sessions.PAGE]
        for claims in ({"sid": mine[0]}, {"sid": ""}, {}, {"sid": None}, {"sid": ["x"]}):
            token = create_access_token(identity=str(person.id), additional_claims=claims)
            assert asked(person, token) == 401, claims
    assert client.get("/sessions/").status_code == 200


def test_a_jwt_of_somebody_else_s_session_is_nobody_s(person: Person, cast: Cast) -> None:
    from flask_jwt_extended import create_access_token, decode_token

    held = person.api().get_json()["access_token"]
    with cast.app.app_context():
        sid = decode_token(held)["sid"]
        other = cast.app.appbuilder.sm.find_user(username="admin").id  # type: ignore[attr-defined]
        stolen = create_access_token(identity=str(other), additional_claims={"sid": sid})
    assert asked(person, stolen) == 401


@pytest.mark.parametrize("actor", ["sales_east", "manager_east", "clerk", "it", "executive"])
@pytest.mark.parametrize("deed", ["unlock", "reset-factor", "sign-out", "link-ldap", "link-oidc", "unlink"])
def test_nobody_but_administrators_touches_signing_in(
    person: Person, cast: Cast, actor: str, deed: str
) -> None:
    client = person.browser()
    answer = cast.post(actor, f"/sign-in/{person.id}/{deed}")
    assert answer.status_code == 403
    assert cast.post(actor, "/sign-in/roles", {"role": "Sales"}).status_code == 403
    assert client.get("/data/customers/list/").status_code == 200


ODD = ["../1/unlock", "unlock%2f..", "UNLOCK", "__class__", "unlock;link-ldap", "%00", "' OR 1=1--"]


@pytest.mark.parametrize("deed", ODD)
def test_a_deed_that_does_not_exist_is_not_found(person: Person, cast: Cast, deed: str) -> None:
    answer = cast.post("admin", f"/sign-in/{person.id}/{deed}")
    assert answer.status_code in {404, 405}
    assert is_clean(answer)


PAGES = [
    "/login/code",
    "/second-factor/confirm",
    "/second-factor/codes",
    "/second-factor/off",
    "/resetmypassword/form",
    "/sign-in/roles",
]
TYPED = ["\x00", "💥" * 200, "' OR 1=1 --", "<script>alert(1)</script>", "%s%s%n", "x" * 20_000, "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace")]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("typed", TYPED, ids=[str(number) for number in range(len(TYPED))])
def test_odd_texts_are_answered_in_words(person: Person, cast: Cast, path: str, typed: str) -> None:
    form = {
        "code": typed,
        "password": typed,
        "current_password": typed,
        "conf_password": typed,
        "role": typed,
    }
    answer = send_here(person.browser(), path, form)
    assert is_clean(answer), answer.get_data(as_text=True)[:500]
    assert "<script>alert(1)" not in answer.get_data(as_text=True)
    sent = {"username": typed, "password": typed, "code": typed}
    assert is_clean(person.app.test_client().post("/api/v1/security/login", json=sent))


@pytest.mark.parametrize("sent", [{"username": "clerk", "password": "demo", "code": 5}, {"username": "clerk", "password": "demo", "code": None},
                                  {"username": "clerk", "password": "demo", "code": ["1"]}, {"username": ["clerk"], "password": "demo"}])  # fmt: skip
def test_a_code_is_a_text(cast: Cast, sent: dict[str, object]) -> None:
    answer = cast.app.test_client().post("/api/v1/security/login", json=sent)
    assert answer.status_code == 400
    assert is_clean(answer)


def test_the_second_step_cannot_be_begun_without_the_first(person: Person) -> None:
    _secret, codes = person.set_up(person.browser())
    visitor = person.app.test_client()
    assert send_here(visitor, "/login/code", {"code": codes[0]}).headers["Location"].startswith("/login/")
    assert visitor.get("/sessions/").status_code == 302
    assert person.api(password="wrong", code=codes[0]).status_code == 401
    assert person.api(code=codes[0]).status_code == 200, "a wrong password has not used the code up"


def test_a_secret_that_is_being_set_up_is_not_asked_for_and_opens_nothing(person: Person) -> None:
    client = person.browser()
    send(client, "/second-factor/begin")
    assert person.page()[1].headers["Location"] == "/"
    assert client.get("/second-factor/begin").status_code == 405


def test_rights_to_write_do_not_reach_signing_in_by_its_tables(cast: Cast) -> None:
    """The IT console shows the overlay's tables; what would open a door is encrypted, hashed or stamped there."""
    page = cast.get("it", "/it/overlay/?table=second_factor").get_data(as_text=True)
    assert "gAAAAA" not in page or "secret" in page
    for table in ("overlay_secret", "second_factor", "recovery_code", "password_history", "sign_in_limit"):
        assert is_clean(cast.get("it", f"/it/overlay/?table={table}"))


def test_a_role_that_asks_for_a_factor_holds_within_a_second(person: Person, cast: Cast) -> None:
    import time

    client = person.browser()
    assert client.get("/").status_code == 200
    send(signed_in(cast.app, "admin"), "/sign-in/roles", {"role": ["Sales"]})
    time.sleep(CACHE_SECONDS + 0.1)
    assert client.get("/").headers["Location"] == "/second-factor/"
    send(signed_in(cast.app, "admin"), "/sign-in/roles", {"role": []})


def test_the_next_account_with_the_same_number_inherits_nothing(cast: Cast) -> None:
    leaver = made(cast.app, "leaver")
    client = leaver.browser()
    leaver.set_up(client)
    with cast.app.app_context():
        identities.link(identities.Outside("ldap", "lasting", "leaver", "", "", ""), leaver.id)
    assert send(signed_in(cast.app, "admin"), f"/users/delete/{leaver.id}").status_code == 302
    assert client.get("/sessions/").status_code == 302
    with cast.app.app_context():
        assert identities.user_of(identities.Outside("ldap", "lasting", "x", "", "", "")) is None
        assert not second_factor.is_on(leaver.id)
        assert recovery.left(leaver.id) == 0
        assert sessions.of_user(leaver.id) == []
