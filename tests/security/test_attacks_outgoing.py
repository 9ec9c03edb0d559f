"""Attacks that make the server ask for an attacker: every spelling of an inner address, names that change, redirects, referrals."""

from __future__ import annotations

import ast
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from requests import Session
from requests.exceptions import RequestException

from app import outgoing
from tests.harness import applications
from tests.harness.oidc import CLIENT, Liar, liar
from tests.harness.trap import directory, trap
from tests.security.words import is_clean

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app", "models", "fields", "rules", "charts", "views")
NETWORK = {
    "aiohttp", "apprise", "authlib", "ftplib", "http", "httpx", "imaplib", "ldap3", "poplib", "redis", "requests", "smtplib", "socket",
    "socketserver", "telnetlib", "urllib3", "xmlrpc",
}  # fmt: skip
ASKING = {
    "app/outgoing.py": "the guard itself",
    "models/signin/directory.py": "LDAP_URL",
    "models/signin/counters.py": "REDIS_URL",
    "rules/mail.py": "SMTP_HOST",
    "rules/runner.py": "the name of this machine",
    "views/signin/oidc.py": "OIDC_ISSUER, through the guard",
}
"""Everything that speaks to another machine, and the setting that says to which: nothing that a person types leads anywhere."""


def imported(path: Path) -> set[str]:
    """Top-level packages that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    is_asking = {"urllib.request"} & found
    return {name.partition(".")[0] for name in found} | is_asking


def test_nothing_else_asks_another_machine() -> None:
    asking = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if imported(path) & (NETWORK | {"urllib.request"})
    }
    assert asking == set(ASKING), "say here which setting names the address, and attack it below"


INNER = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "100.64.0.1", "192.0.2.1",
    "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:169.254.169.254", "::ffff:a00:1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:db8::1",
]  # fmt: skip
OUTER = ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_is_not_public(address: str) -> None:
    assert not outgoing.is_public(address)


@pytest.mark.parametrize("address", OUTER)
def test_an_outer_address_is(address: str) -> None:
    assert outgoing.is_public(address)


SPELLED = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "0", "0.0.0.0", "localhost", "LOCALHOST", "localhost.",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "127.0.0.1.", "①②⑦.⓪.⓪.①", "127。0。0。1",
    "issuer.example@127.0.0.1", "127.0.0.1#@issuer.example", "issuer.example:443@127.0.0.1",
]  # fmt: skip


@pytest.fixture
def asking() -> Session:
    """A session as the sign-in uses it, whose home is another machine."""
    session = Session()
    outgoing.guard(session, "https://issuer.example")
    return session


@pytest.mark.parametrize("host", SPELLED)
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_no_spelling_leads_to_this_machine(asking: Session, host: str, scheme: str) -> None:
    with trap() as trapped:
        before, hash_, after = host.partition("#")
        with pytest.raises((RequestException, UnicodeError)):
            asking.get(f"{scheme}://{before}:{trapped.port}/{hash_}{after}", timeout=5)
    assert trapped.heard == []


def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that connections were opened to from now on."""
    found: list[str] = []

    def connect(address: tuple[str, int], *_more: Any, **_options: Any) -> socket.socket:
        found.append(address[0])
        raise OSError("as far as this goes")

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    return found


def answers(*turns: list[str]) -> Any:
    """A name server that says something else each time."""
    left = list(turns)
    return lambda _host, port, *_more: [(socket.AF_INET, 0, 0, "", (one, port)) for one in left.pop(0)]


def ask(monkeypatch: pytest.MonkeyPatch, *turns: list[str]) -> list[str]:
    opened = connected(monkeypatch)
    session = Session()
    session.mount("https://", outgoing.Guarded("https://issuer.example", answers(*turns)))
    with pytest.raises(RequestException):
        session.get("https://elsewhere.example/keys", timeout=5)
    return opened


def test_a_name_is_looked_up_once_and_that_is_where_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(monkeypatch, ["93.184.216.34"], ["127.0.0.1"]) == ["93.184.216.34"]


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["169.254.169.254"], ["64:ff9b::a00:1"], []]
)
def test_a_name_that_leads_inside_as_well_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, found: list[str]
) -> None:
    assert ask(monkeypatch, found) == []


def test_home_may_be_inside_and_certificates_are_for_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = connected(monkeypatch)
    session = Session()
    session.mount("https://", outgoing.Guarded("https://sso.corp.example:8443", answers()))
    for address in ("https://sso.corp.example:8443/keys", "https://SSO.corp.example:8443/token"):
        with pytest.raises(RequestException):
            session.get(address, timeout=5)
    assert opened == ["sso.corp.example"] * 2


@pytest.fixture(scope="module")
def provider() -> Iterator[Liar]:
    with liar() as found:
        yield found


@pytest.fixture(scope="module", params=["embedded", "mariadb"])
def site(
    request: pytest.FixtureRequest, provider: Liar, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The demo with a provider that lies."""
    settings = {"OIDC_ISSUER": provider.issuer, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": "x"}
    with applications.on(request.param, request, tmp_path_factory.mktemp("site"), **settings) as app:
        yield app


def start(app: Flask) -> Any:
    app.extensions["veneer"].rooms.pop("oidc", None)
    return app.test_client().get("/login/oidc/")


def come_back(app: Flask, provider: Liar) -> Any:
    """The whole way, as far as it goes."""
    app.extensions["veneer"].rooms.pop("oidc", None)
    visitor = app.test_client()
    asked = parse_qs(urlsplit(visitor.get("/login/oidc/").headers["Location"]).query)
    provider.nonce = asked["nonce"][0]
    return visitor.get(f"/login/oidc/callback?code=x&state={asked['state'][0]}", follow_redirects=True)


@pytest.mark.parametrize("named", ["token_endpoint", "jwks_uri"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_metadata_leads_nowhere_inside(site: Flask, provider: Liar, named: str, scheme: str) -> None:
    with trap() as trapped:
        provider.metadata = {named: f"{scheme}://127.0.0.1:{trapped.port}/latest/meta-data"}
        answer = come_back(site, provider)
    provider.metadata = {}
    assert is_clean(answer)
    assert "did not work" in answer.get_data(as_text=True)
    assert trapped.heard == []


@pytest.mark.parametrize("at", ["metadata", "keys"])
def test_a_redirect_of_the_provider_is_not_followed(site: Flask, provider: Liar, at: str) -> None:
    with trap() as trapped:
        provider.away = {
            "/keys" if at == "keys" else "/.well-known/openid-configuration": (
                f"http://127.0.0.1:{trapped.port}/"
            )
        }
        answer = start(site) if at == "metadata" else come_back(site, provider)
    provider.away = {}
    assert is_clean_or_busy(answer)
    assert trapped.heard == []


def is_clean_or_busy(answer: Any) -> bool:
    return answer.status_code == 503 or is_clean(answer)


@pytest.mark.parametrize("kind", ["embedded", "mariadb"])
@pytest.mark.parametrize("at", ["bind", "search"])
def test_a_referral_of_the_directory_is_not_followed(
    kind: str, at: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """It would bring the password of the account that looks people up to a server that nobody named."""
    with trap() as trapped, directory(f"ldap://127.0.0.1:{trapped.port}/dc=x", at) as address:
        settings = {
            "LDAP_URL": address, "LDAP_START_TLS": "no", "LDAP_BASE": "dc=x", "LDAP_BIND_DN": "cn=reader", "LDAP_BIND_PASSWORD": "of-the-reader",
        }  # fmt: skip
        with applications.on(kind, request, tmp_path, **settings) as app:
            sent = {"username": "somebody", "password": "of-somebody", "provider": "db"}
            answer = app.test_client().post("/api/v1/security/login", json=sent)
    assert answer.status_code in {401, 503}
    assert trapped.heard == []
