"""Signing in with the password of a real directory: who gets in, what groups give, and what an attacker gets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import accounts
from app.extensions import services
from models.organisation import seat_table, staff_table
from tests.harness import applications, slapd
from tests.harness.applications import send, signed_in
from tests.harness.slapd import PASSWORD, Directory, group, person
from tests.views.signin.people import Person

LDIF = (
    person("lan") + person("rep") + person("boss") + person("clerk") + person("taken") + person("gone") + person("quiet")
    + person("twin") + group("sales-east", "lan", "gone") + group("bosses", "boss") + group("all", "lan", "rep", "boss")
)  # fmt: skip
GROUPS = {
    "GROUP_ROLES": f"sales-east=Sales; cn=bosses,ou=groups,{slapd.BASE}=Regional manager",
    "GROUP_UNITS": "sales-east=10010101; bosses=100101",
    "SIGN_IN_CREATES": "yes",
}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    with slapd.serving(tmp_path_factory.mktemp("slapd"), LDIF) as found:
        yield found


@pytest.fixture(scope="module", params=["embedded", "mariadb"])
def site(
    request: pytest.FixtureRequest, directory: Directory, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The demo with the directory beside its own accounts."""
    folder, settings = tmp_path_factory.mktemp("demo"), directory.settings(**GROUPS)
    with applications.on(request.param, request, folder, **settings) as app:
        yield app


@contextmanager
def other_site(folder: Path, settings: dict[str, str]) -> Iterator[Flask]:
    with applications.embedded(folder, **settings) as app:
        yield app


def known(app: Flask, name: str) -> Any:
    with app.app_context():
        return app.appbuilder.sm.find_user(username=name)  # type: ignore[attr-defined]


def roles_of(app: Flask, name: str) -> set[str]:
    with app.app_context():
        user = app.appbuilder.sm.find_user(username=name)  # type: ignore[attr-defined]
        return {role.name for role in user.roles}


def is_in(app: Flask, name: str, password: str = PASSWORD) -> bool:
    """Both ways give the same answer."""
    page = Person(app, name, 0).page(password)[1].headers.get("Location") == "/"
    assert page == (Person(app, name, 0).api(password).status_code == 200)
    return page


def test_a_first_sign_in_makes_an_account_with_what_the_groups_give(site: Flask) -> None:
    assert known(site, "lan") is None
    assert is_in(site, "lan")
    user = known(site, "lan")
    assert (user.first_name, user.last_name, user.email) == ("Lan", "Dap", "lan@example.com")
    assert roles_of(site, "lan") == {"Sales"}
    with site.app_context(), services().engine.connect() as connection:
        mine = select(staff_table.c.code).where(staff_table.c.user_id == user.id)
        seats = select(seat_table.c.unit).where(seat_table.c.staff.in_(mine))
        assert set(connection.execute(seats).scalars()) == {"10010101"}
    assert is_in(site, "boss")
    assert roles_of(site, "boss") == {"Regional manager"}
    assert signed_in(site, "lan", PASSWORD).get("/data/customers/list/").status_code == 200


def test_roles_come_and_go_with_the_groups_and_others_stay(site: Flask) -> None:
    assert is_in(site, "rep")
    assert roles_of(site, "rep") == set()
    with site.app_context():
        manager = site.appbuilder.sm  # type: ignore[attr-defined]
        user = manager.find_user(username="rep")
        user.roles = [manager.find_role("Sales"), manager.find_role("IT")]
        manager.session.commit()
    assert is_in(site, "rep")
    assert roles_of(site, "rep") == {"IT"}, "Sales belongs to a group that rep is not in"


WRONG = ["", " ", "wrong", "\x00", PASSWORD + " ", PASSWORD.upper(), "*", "{SSHA}x", "x" * 10_000]


@pytest.mark.parametrize("password", WRONG)
def test_a_wrong_password_opens_nothing(site: Flask, password: str) -> None:
    client, answer = Person(site, "lan", 0).page(password)
    assert answer.headers.get("Location", "/login/").startswith("/login/")
    assert client.get("/sessions/").status_code == 302
    assert Person(site, "lan", 0).api(password).status_code in {400, 401, 429}
    applications.clear_tries(site)


@pytest.mark.parametrize(
    "name",
    [
        "*",
        "l*",
        "lan)(uid=*",
        "*)(objectClass=*",
        "lan\\2a",
        "lan,ou=people",
        "cn=veneer",
        "\x00lan",
        "lan)(|(uid=*",
        "veneer",
        "lán",
    ],
)
def test_a_name_is_no_filter(site: Flask, name: str) -> None:
    assert not is_in(site, name)
    applications.clear_tries(site)


def test_a_local_account_is_not_taken_over_by_its_name(site: Flask) -> None:
    assert not is_in(site, "clerk"), "the directory's password is not the account's"
    assert is_in(site, "clerk", "demo")
    admin, number = signed_in(site, "admin"), known(site, "clerk").id
    assert send(admin, f"/sign-in/{number}/link-ldap").status_code == 302
    assert is_in(site, "clerk"), "an administrator has allowed it"
    assert not is_in(site, "clerk", "demo"), "and the password here does not count any more"
    assert "directory" in signed_in(site, "clerk", PASSWORD).get("/resetmypassword/form").get_data(
        as_text=True
    )
    send(admin, f"/sign-in/{number}/unlink")
    assert is_in(site, "clerk", "demo")


def test_whoever_is_deactivated_stays_out(site: Flask) -> None:
    assert is_in(site, "gone")
    user = known(site, "gone")
    Person(site, "gone", user.id).put(active=False)
    assert not is_in(site, "gone")
    answers = {Person(site, name, 0).api(PASSWORD).get_json()["title"] for name in ("gone", "nobody-at-all")}
    assert len(answers) == 1
    applications.clear_tries(site)


def test_guessing_is_limited_there_too(site: Flask) -> None:
    statuses = [Person(site, "quiet", 0).api(f"guess {number}").status_code for number in range(12)]
    assert statuses[9:] == [401, 429, 429]
    assert Person(site, "quiet", 0).api(PASSWORD).status_code == 429
    applications.clear_tries(site)


def test_local_accounts_go_on_when_the_directory_is_away(tmp_path: Path, directory: Directory) -> None:
    away = directory.settings(LDAP_URL="ldap://127.0.0.1:1", **GROUPS)
    with other_site(tmp_path, away) as app:
        assert is_in(app, "clerk", "demo")
        answer = Person(app, "lan", 0).api(PASSWORD)
        assert answer.status_code == 503
        assert "directory does not answer" in answer.get_json()["title"]
        assert Person(app, "lan", 0).page(PASSWORD)[1].status_code == 503


def test_without_permission_nobody_gets_an_account(tmp_path: Path, directory: Directory) -> None:
    with other_site(tmp_path, directory.settings()) as app:
        answer = Person(app, "lan", 0).api(PASSWORD)
        assert answer.status_code == 401
        assert known(app, "lan") is None
        with app.app_context():
            accounts.add_account("twin", "T", "Win", "Sales", "some password of its own")
        assert not is_in(app, "twin")


@pytest.mark.parametrize("how", ["ldaps", "starttls"])
def test_it_is_spoken_to_in_secret(tmp_path: Path, directory: Directory, how: str) -> None:
    secure = {
        "LDAP_URL": directory.secure_url if how == "ldaps" else directory.url,
        "LDAP_START_TLS": "yes",
        "LDAP_CA_FILE": str(directory.certificate),
    }
    with other_site(tmp_path, directory.settings(**GROUPS) | secure) as app:
        assert is_in(app, "lan")


# ldap3 forgets the socket of a handshake that it gives up
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("how", ["unknown certificate", "another name"])
def test_a_server_that_cannot_prove_itself_learns_no_password(
    tmp_path: Path, directory: Directory, how: str
) -> None:
    secure = {"LDAP_URL": directory.secure_url, "LDAP_START_TLS": "yes"}
    if how == "unknown certificate":
        with other_site(tmp_path / "site", directory.settings(**GROUPS) | secure) as app:
            assert Person(app, "lan", 0).api(PASSWORD).status_code == 503
        return
    with slapd.serving(tmp_path / "other", LDIF, host="ldap.example.org") as found:
        secure |= {"LDAP_URL": found.secure_url, "LDAP_CA_FILE": str(found.certificate)}
        with other_site(tmp_path / "site", found.settings(**GROUPS) | secure) as app:
            assert Person(app, "lan", 0).api(PASSWORD).status_code == 503
