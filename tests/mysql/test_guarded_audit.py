"""The app under an account that does not own the overlay: everything works, and the audit can only be added to."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from pymysql.err import MySQLError
from sqlalchemy import select
from sqlalchemy.engine import make_url

from app import create_app
from app.extensions import services
from config import load
from demo.start import prepare
from demo.write import write_mariadb
from models import checks
from models.audit import chain, pruning, redaction
from models.audit.verify import verify
from models.change import change_table
from models.checks.grants import account_name, guarded, owned
from models.checks.held import names
from tests.harness.applications import CUSTOMERS, USUAL, send, signed_in
from tests.harness.databases import execute, fresh_database, url_of
from tests.models.small_erp import ADMIN

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.LegacyAPIWarning")


@dataclass
class Guarded:
    """The running application and the address of its account on the overlay."""

    app: Flask
    overlay_url: str
    config: Any


@contextmanager
def account(url: str, name: str) -> Iterator[tuple[tuple[str, str], str]]:
    """A user without any rights, and the server's address for it."""
    who, password = (name[:32], "%"), secrets.token_hex(8)
    execute(url, f"CREATE OR REPLACE USER {account_name(who)} IDENTIFIED BY '{password}'")
    try:
        parts = make_url(url).set(username=who[0], password=password, database=None)
        yield who, parts.render_as_string(hide_password=False)
    finally:
        execute(url, f"DROP USER {account_name(who)}")


@pytest.fixture(scope="module")
def guarded_app(mariadb_url: str) -> Iterator[Guarded]:
    with (
        fresh_database(mariadb_url) as name,
        account(mariadb_url, f"o{name}") as (owner, owner_url),
        account(mariadb_url, f"a{name}") as (own, own_url),
    ):
        write_mariadb(url_of(mariadb_url, name), CUSTOMERS)
        overlay = f"{name}_overlay"
        settings = {"OVERLAY_SCHEMA": overlay, "DEMO": "yes", **USUAL}
        execute(mariadb_url, *owned(name, overlay, owner))
        first = create_app(load({"DATABASE_URL": url_of(owner_url, name), **settings}))
        first.extensions["veneer"].engine.dispose()
        execute(mariadb_url, *guarded(name, overlay, own, names()))
        config = load({"DATABASE_URL": url_of(own_url, name), **settings})
        app = create_app(config)
        prepare(app)
        try:
            yield Guarded(app, url_of(own_url, overlay), config)
        finally:
            app.extensions["veneer"].engine.dispose()


def test_every_table_of_the_overlay_is_granted(guarded_app: Guarded, mariadb_url: str) -> None:
    schema = guarded_app.config.overlay_schema
    held = execute(
        mariadb_url, f"SELECT table_name FROM information_schema.tables WHERE table_schema='{schema}'"
    )
    assert {row[0] for row in held} == {*names(), "overlay_version"}


def test_the_check_finds_nothing_missing(guarded_app: Guarded) -> None:
    with guarded_app.app.app_context():
        found = checks.look_before_start(guarded_app.config)
    assert [one.sentence for one in found] == []


def test_people_work_as_ever(guarded_app: Guarded) -> None:
    app = guarded_app.app
    admin = signed_in(app, "admin")
    shown = admin.get("/data/customers/edit/5").get_data(as_text=True)
    row = shown.split('name="row_hash" value="')[1].split('"')[0]
    answer = send(
        admin, "/data/customers/edit/5", {"row_hash": row, "f.KHMC": "Another name", "was.KHMC": "x"}
    )
    assert answer.status_code == 302
    for path in ("/", "/audit/", "/data/customers/export/?kind=csv", "/persons/", "/rights/", "/it/"):
        assert admin.get(path, follow_redirects=True).status_code == 200


def test_the_runner_links_prunes_and_redacts(guarded_app: Guarded) -> None:
    with guarded_app.app.app_context():
        engine = services().engine
        with engine.begin() as connection:
            while chain.extend(connection):
                pass
        with engine.connect() as connection:
            entry = connection.execute(select(*chain.entries()).order_by(change_table.c.id).limit(1)).one()
        with engine.begin() as connection:
            assert redaction.redact(connection, ADMIN, "1", {entry.id: {"title": "***"}})
        with engine.begin() as connection:
            while chain.extend(connection):
                pass
        with engine.connect() as connection:
            assert pruning.prune(connection, "sign-in", 0) > 0
            report = verify(connection)
    assert report.faults == []
    assert report.pruned > 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE `change` SET actor_name='x'", "UPDATE `change` SET at=NOW()", "UPDATE `change` SET title='x'", "DELETE FROM `change`",
        "TRUNCATE `change`", "DROP TABLE `change`", "ALTER TABLE `change` ADD COLUMN x INT", "RENAME TABLE `change` TO other",
        "UPDATE audit_link SET digest=''", "DELETE FROM audit_link", "UPDATE audit_pruning SET below=0", "DELETE FROM audit_pruning",
        "UPDATE audit_redaction SET salt=''", "DELETE FROM audit_redaction", "DROP TRIGGER audit_change_update",
        "DROP TRIGGER audit_change_delete", "DROP TRIGGER audit_audit_link_update",
        "CREATE TRIGGER other BEFORE INSERT ON `change` FOR EACH ROW SET NEW.title=''", "UPDATE overlay_version SET version_num='x'",
        "CREATE TABLE other (x INT)", "REPLACE INTO audit_link SELECT * FROM audit_link LIMIT 1",
    ],
)  # fmt: skip
def test_the_audit_is_out_of_its_reach(guarded_app: Guarded, statement: str) -> None:
    with pytest.raises(MySQLError, match=r"denied|only added to"):
        execute(guarded_app.overlay_url, statement)


def test_an_overlay_of_another_version_asks_for_its_owner(guarded_app: Guarded, mariadb_url: str) -> None:
    place = f"`{guarded_app.config.overlay_schema}`.overlay_version"
    ((before,),) = execute(mariadb_url, f"SELECT version_num FROM {place}")
    execute(mariadb_url, f"UPDATE {place} SET version_num='other'")
    try:
        with guarded_app.app.app_context():
            assert [one.id for one in checks.look_before_start(guarded_app.config)] == ["V145"]
    finally:
        execute(mariadb_url, f"UPDATE {place} SET version_num='{before}'")


def test_both_accounts_are_printed(guarded_app: Guarded) -> None:
    from models.checks.report import guarded_grants

    with guarded_app.app.app_context():
        printed = guarded_grants(guarded_app.config, "veneer_owner", {"change", "saved_view"})
    assert "TO 'veneer_owner'@'%'" in printed
    assert "GRANT SELECT, INSERT, DELETE ON" in printed
    assert "run.py prepare" in printed
