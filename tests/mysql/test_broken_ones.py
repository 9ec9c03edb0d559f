"""Each kind of broken table, view or foreign key beside good ones: the good ones are wired, published and opened."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import make_url

from config import load
from tests.harness import applications, databases, mariadb
from tests.harness.applications import over_schema, signed_in
from tests.harness.waiting import until
from tests.views.drift.place import page

pytestmark = pytest.mark.mariadb
GOOD = (
    "CREATE TABLE customer (id INT PRIMARY KEY, name VARCHAR(60) NOT NULL, city VARCHAR(40))",
    "CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT, amount DECIMAL(10,2))",
    "INSERT INTO customer VALUES (1,'Ada','Bath')",
    "INSERT INTO orders VALUES (10,1,'12.50')",
)
BROKEN = {
    "a view of a table that is gone": (
        "CREATE TABLE gone (id INT PRIMARY KEY, x INT)", "CREATE VIEW bad AS SELECT id, x FROM gone", "DROP TABLE gone",
    ),
    "a view of a column that is gone": (
        "CREATE TABLE base (id INT PRIMARY KEY, x INT, y INT)", "CREATE VIEW bad AS SELECT id, x FROM base",
        "ALTER TABLE base DROP COLUMN x",
    ),
    "a view whose definer is missing": (
        "CREATE DEFINER = 'nobody_here'@'localhost' SQL SECURITY DEFINER VIEW bad AS SELECT id, name FROM customer",
    ),
    "a view of a view that is broken": (
        "CREATE TABLE gone (id INT PRIMARY KEY, x INT)", "CREATE VIEW inner_bad AS SELECT id, x FROM gone",
        "CREATE VIEW bad AS SELECT id, x FROM inner_bad", "DROP TABLE gone",
    ),
    "a view that calls a function that is gone": (
        "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1", "CREATE VIEW bad AS SELECT f() AS x FROM customer", "DROP FUNCTION f",
    ),
    "a foreign key to a table that is missing": (
        "SET SESSION foreign_key_checks = 0",
        "CREATE TABLE bad (id INT PRIMARY KEY, other INT, FOREIGN KEY (other) REFERENCES nowhere (id))",
        "INSERT INTO bad VALUES (1, 5)",
    ),
    "a foreign key to another schema": (
        "CREATE DATABASE {name}_other", "CREATE TABLE {name}_other.t (id INT PRIMARY KEY)",
        "CREATE TABLE bad (id INT PRIMARY KEY, other INT, FOREIGN KEY (other) REFERENCES {name}_other.t (id))",
    ),
    "a table without a key and with odd names": (
        "CREATE TABLE `bad ``one%` (`a b` INT, `metadata` INT, `中 文` TEXT, `x.y` INT)", "INSERT INTO `bad ``one%` VALUES (1,2,'x',3)",
    ),
    "a table that cannot be opened because its engine is not there": ("CREATE TABLE bad (id INT) ENGINE = MEMORY",),
}  # fmt: skip
PAGES = (
    "/", "/data/customer/list/", "/data/customer/show/1", "/data/customer/edit/1", "/data/orders/list/", "/data/orders/show/10",
    "/search?q=Ada", "/wiring/", "/wiring/review", "/wiring/changes/", "/wiring/table?table=customer", "/it/",
    "/api/v1/data/customer/", "/api/v1/openapi.json",
)  # fmt: skip


def all_goes_on(client: FlaskClient) -> None:
    """The good tables are served in every way, whatever stands beside them."""
    for path in PAGES:
        page(client, path)


def menu(client: FlaskClient) -> list[str]:
    """Names of all entities that are published."""
    return [one["name"] for one in client.get("/api/v1/data/").get_json()["data"]]


@pytest.mark.parametrize("statements", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_broken_never_stops_the_rest(
    mariadb_url: str, mariadb_database: str, statements: tuple[str, ...]
) -> None:
    place = databases.url_of(mariadb_url, mariadb_database)
    databases.execute(place, *GOOD, *(one.replace("{name}", mariadb_database) for one in statements))
    with over_schema(mariadb_url, mariadb_database) as app:
        client = signed_in(app, "admin")
        all_goes_on(client)
        for name in menu(client):
            answer = client.get(f"/data/{name}/list/")
            assert answer.status_code in {200, 403, 503}, (name, answer.status_code)
            assert client.get("/data/customer/list/").status_code == 200


def test_tables_without_the_right_to_read_them_are_left_out(mariadb_url: str, mariadb_database: str) -> None:
    place = databases.url_of(mariadb_url, mariadb_database)
    databases.execute(
        place,
        *GOOD,
        "CREATE TABLE secret (id INT PRIMARY KEY, x INT)",
        "CREATE TABLE half (id INT PRIMARY KEY, a INT, b INT)",
    )
    account, overlay = f"{mariadb_database[-12:]}", f"`{mariadb_database}_overlay`"
    databases.execute(
        place,
        f"CREATE USER '{account}'@'%' IDENTIFIED BY 'pw'",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON customer TO '{account}'@'%'",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO '{account}'@'%'",
        f"GRANT SELECT (id, a) ON half TO '{account}'@'%'",
        f"GRANT ALL PRIVILEGES ON {overlay}.* TO '{account}'@'%'",
    )
    own = make_url(mariadb_url).set(username=account, password="pw").render_as_string(hide_password=False)
    try:
        settings = {
            "DATABASE_URL": databases.url_of(own, mariadb_database),
            "OVERLAY_SCHEMA": f"{mariadb_database}_overlay",
        }
        for app in applications._serving(
            load({**settings, **applications.USUAL}), applications.publish_everything
        ):
            client = signed_in(app, "admin")
            all_goes_on(client)
            assert "secret" not in menu(client)
            assert client.get("/data/half/list/").status_code == 200
            databases.execute(
                place, f"REVOKE SELECT, INSERT, UPDATE, DELETE ON customer FROM '{account}'@'%'"
            )
            until(partial(says_gone, client))
            page(client, "/data/customer/list/", 503)
            page(client, "/data/orders/list/")
            page(client, "/data/orders/show/10")
    finally:
        databases.execute(mariadb_url, f"DROP USER '{account}'@'%'")


def says_gone(client: FlaskClient) -> bool:
    """Refused until the schema has been looked at, which waits a moment when another error has just caused a look."""
    status = client.get("/data/customer/list/").status_code
    assert status in {403, 503}
    return status == 503


@pytest.fixture
def fragile(tmp_path: Path, mariadb_url: str) -> Iterator[mariadb.Server]:
    """A server of this test alone, whose files it spoils; asked for after the shared one, so that its absence is told once."""
    assert mariadb_url
    server = mariadb.start(tmp_path / "server", "--aria-recover-options=OFF", "--myisam-recover-options=OFF")
    yield server
    server.stop()


def test_a_crashed_table_gives_a_sentence_and_the_others_go_on(fragile: mariadb.Server) -> None:
    with databases.fresh_database(fragile.url) as name:
        place = databases.url_of(fragile.url, name)
        made = [f"CREATE TABLE crash{n} (id INT PRIMARY KEY, x VARCHAR(200)) ENGINE = MyISAM" for n in (1, 2)]
        filled = [f"INSERT INTO crash{n} SELECT seq, REPEAT('x', 200) FROM seq_1_to_500" for n in (1, 2)]
        databases.execute(place, *GOOD, *made, *filled, "FLUSH TABLES")
        with over_schema(fragile.url, name) as app:
            client = signed_in(app, "admin")
            page(client, "/data/crash1/list/")
            databases.execute(place, "FLUSH TABLES")
            spoil(fragile.folder / "data" / name)
            databases.execute(place, "FLUSH TABLES")
            for table in ("crash1", "crash2"):
                said = page(client, f"/data/{table}/list/", 503)
                assert (
                    "cannot open the table" in said
                    or "its table is not" in said
                    or "changed in the database" in said
                )
            all_goes_on(client)
        with over_schema(fragile.url, name) as again:
            all_goes_on(signed_in(again, "admin"))


def spoil(folder: Path) -> None:
    """Cut one table's index, and the rows of another."""
    index = folder / "crash1.MYI"
    index.write_bytes(index.read_bytes()[:100])
    (folder / "crash2.MYD").unlink()


def test_a_table_whose_reading_raises_is_a_finding(
    mariadb_url: str, mariadb_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a reader stumbles over: that table is left out and named, the others are read."""
    from models.legacy import reflect_server

    place = databases.url_of(mariadb_url, mariadb_database)
    databases.execute(place, *GOOD, "CREATE TABLE odd (id INT PRIMARY KEY)")
    plain = reflect_server._table

    def stumbling(row: object, *rest: object) -> object:
        if row["name"] == "odd":  # type: ignore[index]
            raise ValueError("what is this?")
        return plain(row, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(reflect_server, "_table", stumbling)
    with over_schema(mariadb_url, mariadb_database) as app:
        client = signed_in(app, "admin")
        all_goes_on(client)
        assert "odd" not in menu(client)
        assert "could not be read" in page(client, "/wiring/")
