"""Signing in through an OpenID Connect provider: a real one for the way there and back, and one that lies for everything else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import services
from models.signin import second_factor
from tests.harness import applications, oidc
from tests.harness.applications import send, signed_in
from tests.harness.oidc import CLIENT, Liar, agreed, liar, secret_key
from tests.views.signin.people import Person, made

PEOPLE = (
    {"sub": "s-1", "preferred_username": "olga", "given_name": "Olga", "family_name": "Idc", "email": "olga@example.com",
     "email_verified": True, "groups": ["sales-east", "all"]},
    {"sub": "s-2", "preferred_username": "clerk", "email": "clerk@localhost", "email_verified": True, "groups": []},
    {"sub": "s-3", "preferred_username": "gone", "groups": "sales-east"},
    {"sub": "s-4", "preferred_username": "admin", "groups": ["Admin"]},
)  # fmt: skip
SETTINGS = {"OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": "a secret", "OIDC_LABEL": "Example ID", "SIGN_IN_CREATES": "yes",
            "GROUP_ROLES": "sales-east=Sales"}  # fmt: skip


@pytest.fixture(scope="module", params=["embedded", "mariadb"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with a real provider beside its own accounts."""
    folder = tmp_path_factory.mktemp("provider")
    with (
        oidc.provider(folder, *PEOPLE) as issuer,
        applications.on(request.param, request, folder / "demo", OIDC_ISSUER=issuer, **SETTINGS) as app,
    ):
        yield app


@pytest.fixture(scope="module", params=["embedded", "mariadb"])
def twisted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, Liar]]:
    """The demo with a provider that lies."""
    folder = tmp_path_factory.mktemp("liar")
    with (
        liar() as found,
        applications.on(request.param, request, folder, OIDC_ISSUER=found.issuer, **SETTINGS) as app,
    ):
        yield app, found


def there(app: Flask, place: str = "") -> tuple[FlaskClient, str]:
    """A browser on its way: the provider's address that it is sent to."""
    client = app.test_client()
    answer = client.get("/login/oidc/" + (f"?next={place}" if place else ""))
    assert answer.status_code == 302, answer.get_data(as_text=True)[:500]
    return client, answer.headers["Location"]


def back(client: FlaskClient, address: str) -> Any:
    """The browser comes back with what the provider gave it."""
    parts = urlsplit(address)
    assert parts.path == "/login/oidc/callback"
    return client.get(f"{parts.path}?{parts.query}")


def through(app: Flask, sub: str) -> tuple[FlaskClient, Any]:
    client, address = there(app)
    return client, back(client, agreed(address, sub))


def is_in(client: FlaskClient) -> bool:
    return client.get("/sessions/").status_code == 200


def said(client: FlaskClient) -> str:
    return client.get("/login/").get_data(as_text=True)


def test_the_page_offers_it(site: Flask) -> None:
    page = said(site.test_client())
    assert "Sign in with Example ID" in page
    assert 'href="/login/oidc/"' in page


def test_there_and_back_makes_an_account(site: Flask) -> None:
    client, answer = through(site, "s-1")
    assert answer.headers["Location"] == "/"
    assert is_in(client)
    with site.app_context():
        user = site.appbuilder.sm.find_user(username="olga")  # type: ignore[attr-defined]
        assert (user.first_name, user.last_name, user.email) == ("Olga", "Idc", "olga@example.com")
        assert [role.name for role in user.roles] == ["Sales"]
    assert client.get("/data/customers/list/").status_code == 200
    again, _answer = through(site, "s-1")
    assert is_in(again)
    assert Person(site, "olga", 0).api("").status_code == 400
    for password in ("x", " ", "\x00"):
        assert Person(site, "olga", 0).api(password).status_code == 401, "it has no password here"
    send(client, "/logout/")
    assert not is_in(client)


def test_state_nonce_and_pkce_are_asked_for(site: Flask) -> None:
    _client, address = there(site)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert len(asked["state"][0]) >= 20
    assert len(asked["nonce"][0]) >= 20
    assert asked["redirect_uri"] == ["http://localhost/login/oidc/callback"]


def test_it_leads_on_to_a_page_of_this_site_only(site: Flask) -> None:
    for place, wanted in (
        ("/data/customers/list/", "/data/customers/list/"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
    ):
        client, address = there(site, place)
        assert back(client, agreed(address, "s-1")).headers["Location"] == wanted


def test_an_answer_counts_once_and_in_the_browser_that_asked(site: Flask) -> None:
    client, address = there(site)
    answer = agreed(address, "s-1")
    other = site.test_client()
    other.get("/login/oidc/")
    assert back(other, answer).headers["Location"].startswith("/login/")
    assert not is_in(other), "another browser cannot be made to sign in with it"
    assert back(client, answer).headers["Location"] == "/"
    send(client, "/logout/")
    back(client, answer)
    assert not is_in(client)


@pytest.mark.parametrize("query", ["", "?state=x", "?code=x", "?code=x&state=y", "?error=access_denied", "?error=%3Cscript%3E&error_description=%3Cscript%3E",
                                   "?code=" + "x" * 5000 + "&state=" + "y" * 5000, "?code=%00&state=%00"])  # fmt: skip
def test_what_nobody_asked_for_opens_nothing(site: Flask, query: str) -> None:
    client = site.test_client()
    answer = client.get("/login/oidc/callback" + query)
    assert answer.headers["Location"].startswith("/login/")
    assert not is_in(client)
    assert "<script>" not in said(client)
    applications.clear_tries(site)


def test_cancelling_there_is_said_here(site: Flask) -> None:
    client, address = there(site)
    back(client, agreed(address, "s-1", "deny"))
    assert "You cancelled" in said(client)


@pytest.mark.parametrize(("sub", "name"), [("s-2", "clerk"), ("s-4", "admin")])
def test_a_local_account_is_not_taken_over_by_name_or_mail(site: Flask, sub: str, name: str) -> None:
    client, _answer = through(site, sub)
    assert not is_in(client)
    assert "not linked" in said(client)
    signed_in(site, name)


def test_an_administrator_allows_the_link(site: Flask) -> None:
    with site.app_context():
        number = site.appbuilder.sm.find_user(username="clerk").id  # type: ignore[attr-defined]
    admin = signed_in(site, "admin")
    send(admin, f"/sign-in/{number}/link-oidc")
    client, _answer = through(site, "s-2")
    assert is_in(client)
    assert Person(site, "clerk", number).api("demo").status_code == 401, (
        "the password here does not count any more"
    )
    send(admin, f"/sign-in/{number}/unlink")
    signed_in(site, "clerk")


def test_whoever_is_deactivated_stays_out(site: Flask) -> None:
    client, _answer = through(site, "s-3")
    assert is_in(client)
    with site.app_context():
        number = site.appbuilder.sm.find_user(username="gone").id  # type: ignore[attr-defined]
    Person(site, "gone", number).put(active=False)
    assert not is_in(client)
    again, _answer = through(site, "s-3")
    assert not is_in(again)
    assert "switched off" in said(again)


def test_the_provider_looks_after_its_own_second_factors(site: Flask) -> None:
    with site.app_context():
        second_factor.put_roles({"Sales"})
        services().rooms["duties"].clear()
    client, _answer = through(site, "s-1")
    assert client.get("/data/customers/list/").status_code == 200
    made(site)


LIES: list[tuple[str, dict[str, Any]]] = [
    ("another issuer", {"claims": {"iss": "https://evil.example"}}), ("for another client", {"claims": {"aud": "another"}}),
    ("for several", {"claims": {"aud": ["another", "third"]}}), ("another nonce", {"claims": {"nonce": "x"}}), ("no nonce", {"claims": {"nonce": None}}),
    ("nonce not supported", {"claims": {"nonce": None, "nonce_supported": False}}), ("too old", {"claims": {"exp": int(time.time()) - 3600}}),
    ("nobody", {"claims": {"sub": ""}}), ("a number", {"claims": {"sub": 5}}), ("unsigned", {"header": {"alg": "none"}}),
    ("signed with the client's secret", {"header": {"alg": "HS256"}, "signer": secret_key("a secret that is long enough for it")}),
    ("signed by another key", {"signer": "other"}), ("no token", {"drop_id_token": True}), ("metadata of another", {"metadata": {"issuer": "https://evil.example"}}),
]  # fmt: skip


@pytest.mark.parametrize("lie", [lie for _name, lie in LIES], ids=[name for name, _lie in LIES])
def test_a_lie_opens_nothing(twisted: tuple[Flask, Liar], lie: dict[str, Any]) -> None:
    app, found = twisted
    app.extensions["veneer"].rooms.pop("oidc", None)
    assert is_in(round_trip(app, found)), "the truth opens"
    for name, value in lie.items():
        setattr(found, name, found.key.generate_key(2048) if value == "other" else value)
    app.extensions["veneer"].rooms.pop("oidc", None)
    try:
        client = round_trip(app, found)
        assert not is_in(client)
        assert "did not work" in said(client)
    finally:
        found.claims, found.header, found.metadata, found.signer, found.drop_id_token = (
            {},
            {},
            {},
            None,
            False,
        )
        applications.clear_tries(app)


def round_trip(app: Flask, found: Liar) -> FlaskClient:
    """There and back without a page in between."""
    client, address = there(app)
    asked = parse_qs(urlsplit(address).query)
    found.nonce = asked["nonce"][0]
    client.get(f"/login/oidc/callback?code=c&state={asked['state'][0]}")
    return client


def test_the_verifier_is_sent(twisted: tuple[Flask, Liar]) -> None:
    app, found = twisted
    round_trip(app, found)
    assert len(found.asked[-1]["code_verifier"][0]) >= 43


def test_a_mail_address_that_nobody_verified_is_not_taken(twisted: tuple[Flask, Liar]) -> None:
    app, found = twisted
    found.claims = {"sub": "unverified", "preferred_username": "mallory", "email": "admin@localhost"}
    assert is_in(round_trip(app, found))
    found.claims = {}
    with app.app_context():
        assert app.appbuilder.sm.find_user(username="mallory").email == "mallory@oidc"  # type: ignore[attr-defined]


def test_a_provider_that_is_away_is_said_in_words(tmp_path_factory: pytest.TempPathFactory) -> None:
    away = {"OIDC_ISSUER": "http://127.0.0.1:1", **SETTINGS}
    with applications.embedded(tmp_path_factory.mktemp("away"), **away) as app:
        answer = app.test_client().get("/login/oidc/")
        assert answer.status_code == 503
        assert "provider does not answer" in answer.get_data(as_text=True)
        signed_in(app, "clerk")
