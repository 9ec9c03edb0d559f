"""A new SECRET_KEY: nobody is signed out, everything encrypted is renewed, and a key that reads nothing is refused with what to do."""

from __future__ import annotations

import base64
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from app import create_app, tokens, vault
from app.extensions import services
from app.security import overlay_session
from config import Config, ConfigError, load
from config_values import kept_secrets as kept_in
from config_values import put_before
from demo.start import prepare
from demo.write import write_sqlite
from models import kept_secrets
from models.kept_secrets_commands import commands
from models.signin import second_factor
from tests.harness.applications import CUSTOMERS, signed_in, token_of
from tests.views.signin.people import Person, made

FIRST, SECOND = "the-first-key-of-them-all-and-long-enough", "the-second-key-which-is-long-enough-too"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's files, which applications with different keys share."""
    made_in = tmp_path_factory.mktemp("demo")
    write_sqlite(settings(made_in, FIRST).erp_path, CUSTOMERS)
    return made_in


def settings(folder: Path, key: str, *old: str) -> Config:
    given = {
        "DEMO_DIR": str(folder),
        "SECRET_KEY": key,
        "SECRET_KEY_OLD": ",".join(old),
        "INLINE_RUNNER": "no",
    }
    return load(given)


@pytest.fixture
def first(folder: Path) -> Iterator[Flask]:
    yield from serving(settings(folder, FIRST))


@pytest.fixture
def second(folder: Path, first: Flask) -> Iterator[Flask]:
    """The same installation under the new key, which still knows the earlier one."""
    yield from serving(settings(folder, SECOND, FIRST))


def serving(config: Config) -> Iterator[Flask]:
    app = create_app(config)
    prepare(app)
    yield app
    app.extensions["veneer"].engine.dispose()


def test_nobody_is_signed_out(first: Flask, second: Flask) -> None:
    person = made(first)
    client = person.browser()
    jwt = person.api(refresh=True).get_json()
    with first.app_context():
        user = first.appbuilder.sm.find_user(username=person.name)  # type: ignore[attr-defined]
        personal = tokens.create(overlay_session(), user, "x", tokens.READ, None)
    csrf = token_of(client)
    cookie = client.get_cookie("veneer")
    assert cookie
    after = second.test_client()
    after.set_cookie("veneer", cookie.value)
    assert after.get("/sessions/").status_code == 200
    form = {"csrf_token": csrf, "name": "x"}
    assert after.post("/data/customers/views/save", data=form).status_code == 302, (
        "a page from before can be sent"
    )
    for token in (jwt["access_token"], personal):
        bearer = {"Authorization": f"Bearer {token}"}
        assert second.test_client().get("/api/v1/data/", headers=bearer).status_code == 200
    bearer = {"Authorization": f"Bearer {jwt['refresh_token']}"}
    assert second.test_client().post("/api/v1/security/refresh", headers=bearer).status_code == 200


def test_a_row_that_was_opened_before_can_be_saved_after(first: Flask, second: Flask) -> None:
    etags = set()
    for app in (first, second):
        client = signed_in(app, "admin")
        etags.add(client.get("/api/v1/data/customers/1").headers["ETag"])
    assert len(etags) == 1


def test_everything_is_renewed_and_the_earlier_key_can_go(first: Flask, second: Flask, folder: Path) -> None:
    person = made(first)
    secret, _codes = person.set_up(person.browser())
    renewed = CliRunner().invoke(commands(lambda: second), ["renew"])
    assert "2 secrets are renewed; none needs the earlier key" in renewed.output
    assert "0 secrets are renewed" in CliRunner().invoke(commands(lambda: second), ["renew"]).output
    for app in serving(settings(folder, SECOND)):
        with app.app_context(), services().engine.connect() as connection:
            held = select(second_factor.factor_table.c.secret).where(
                second_factor.factor_table.c.user_id == person.id
            )
            assert connection.execute(held).scalar_one() == secret
            assert kept_secrets.stale(connection) == 0
        assert Person(app, person.name, person.id).api().get_json()["type"] == "veneer:second-factor"
    for app in serving(settings(folder, FIRST, SECOND)):  # back again, for the other tests
        with app.app_context(), services().engine.begin() as connection:
            kept_secrets.renew(connection)


def test_a_key_that_reads_nothing_is_refused_with_what_to_do(first: Flask, folder: Path) -> None:
    from server import refuse_lost_secrets

    with first.app_context():
        kept_secrets.stamp_key()
    app = create_app(settings(folder, "a-third-key-which-nobody-has-told-of"))
    with pytest.raises(SystemExit):
        refuse_lost_secrets(app)
    lost = CliRunner().invoke(commands(lambda: app), ["renew"])
    assert lost.exit_code == 1
    assert "SECRET_KEY_OLD" in lost.output
    app.extensions["veneer"].engine.dispose()


def test_what_no_key_reads_can_be_given_up(tmp_path: Path) -> None:
    write_sqlite(settings(tmp_path, FIRST).erp_path, CUSTOMERS)
    for app in serving(settings(tmp_path, FIRST)):
        person = made(app)
        person.set_up(person.browser())
    app = create_app(settings(tmp_path, SECOND))
    given_up = CliRunner().invoke(commands(lambda: app), ["reset", "--yes"])
    assert "2 secrets were given up" in given_up.output
    app.extensions["veneer"].engine.dispose()
    for again in serving(settings(tmp_path, SECOND)):
        assert Person(again, person.name, person.id).page()[1].headers["Location"] == "/"


def test_texts_are_encrypted_and_a_changed_one_is_refused(first: Flask) -> None:
    with first.app_context():
        kept = vault.encrypt("secret 秘密")
        assert "secret" not in kept
        assert vault.encrypt("secret 秘密") != kept
        assert vault.decrypt(kept) == "secret 秘密"
        raw = bytearray(base64.urlsafe_b64decode(kept))
        raw[-1] ^= 1
        with pytest.raises(vault.Lost):
            vault.decrypt(base64.urlsafe_b64encode(raw).decode())


def test_a_key_in_a_file_is_replaced_there(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    first = kept_in(path)[0]
    put_before(path, SECOND)
    assert kept_in(path) == [SECOND, first]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    config = load({"SECRET_KEY_FILE": str(path)})
    assert config.keys() == [SECOND, first]
    path.write_text("")
    with pytest.raises(ConfigError):
        config.keys()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"SECRET_KEY_OLD": "short"}, "SECRET_KEY_OLD"), ({"LDAP_URL": "ldaps://x"}, "LDAP_BASE"), ({"LDAP_URL": "http://x"}, "LDAP_URL"),
        ({"LDAP_URL": "ldap://x", "LDAP_BASE": "dc=x", "LDAP_START_TLS": "no"}, "in the open"), ({"OIDC_ISSUER": "https://x"}, "OIDC_CLIENT_ID"),
        ({"OIDC_ISSUER": "http://x", "OIDC_CLIENT_ID": "v"}, "https://"), ({"GROUP_ROLES": "nonsense"}, "GROUP_ROLES"), ({"PASSWORD_RULES": "none"}, "mlps"),
    ],
)  # fmt: skip
def test_settings_that_do_not_fit_are_refused(given: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        load(given)
