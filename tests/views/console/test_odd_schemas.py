"""Names and values that break consoles: every page of every odd table answers, and saving keeps what it holds."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.harness import applications
from tests.harness.applications import send, signed_in
from tests.harness.databases import execute, url_of
from tests.views.console.conftest import REASON, attribute, sent_by_a_browser, words

NAMES = [
    "with blank",
    "dot.ted",
    "quo'te",
    'dou"ble',
    "per%cent",
    "sl/ash",
    "back`tick",
    "a&b=c",
    "表",
    "select",
    "?q",
    "x:y",
    "%s",
    "{b}",
]
VALUES = """
CREATE TABLE `odd values` (
  `the key` VARCHAR(20) PRIMARY KEY, `zero date` DATE NOT NULL, `zero time` DATETIME NOT NULL, `half date` DATE NOT NULL,
  `long time` TIME, `year` YEAR, `bits` BIT(12), `one bit` BIT(1), `set` SET('a','b','c d'), `enum` ENUM('x','y',''),
  `bytes` VARBINARY(20), `short` BINARY(4), `blob` MEDIUMBLOB, `json` JSON, `point` POINT, `geo` GEOMETRY,
  `exact` DECIMAL(30,10), `float` FLOAT, `double` DOUBLE, `big` BIGINT UNSIGNED, `text` LONGTEXT,
  `made` INT AS (`year` + 1) VIRTUAL, `user_password` VARCHAR(100), `validate` INT, `metadata` INT, `query` INT, `self` INT
) CHARACTER SET utf8mb4
"""
ROW = """
INSERT INTO `odd values` (`the key`, `zero date`, `zero time`, `half date`, `long time`, `year`, `bits`, `one bit`, `set`, `enum`,
  `bytes`, `short`, `blob`, `json`, `point`, `geo`, `exact`, `float`, `double`, `big`, `text`, `user_password`) VALUES
 ('a/b c%', '0000-00-00', '0000-00-00 00:00:00', '2024-00-00', '-36:30:00', 1999, b'101', b'1', 'a,c d', '', x'00ff27', x'01',
  REPEAT(x'00', 5000), '{"a": [1.10]}', POINT(121.5, 31.2), ST_GeomFromText('LINESTRING(0 0,1 1)'), 12345678901234567890.0123456789,
  0.1, 1.5e-12, 18446744073709551615, REPEAT('長', 3000), 'do not show me')
"""


@pytest.fixture(scope="module")
def odd(mariadb_url: str) -> Iterator[Flask]:
    """The demo on MariaDB with tables beside it that nobody would wish for."""
    with applications.on_server(mariadb_url) as app:
        url = url_of(mariadb_url, app.extensions["veneer"].schema)
        lenient = "SET SESSION sql_mode = 'ALLOW_INVALID_DATES'"
        for name in NAMES:
            quoted = "`" + name.replace("`", "``") + "`"
            column = "`" + ("c " + name).replace("`", "``") + "`"
            execute(
                url,
                f"CREATE TABLE {quoted} ({column} VARCHAR(30) PRIMARY KEY, note TEXT) CHARACTER SET utf8mb4",
            )
            execute(url, f"INSERT INTO {quoted} VALUES ('k/1 %', 'n')")
        execute(url, VALUES, lenient, ROW)
        execute(
            url, "CREATE TABLE nokey (a INT, b TEXT)", "INSERT INTO nokey SELECT seq, 'x' FROM seq_1_to_130"
        )
        execute(
            url,
            "CREATE VIEW aview AS SELECT a FROM nokey",
            "CREATE TABLE g (x INT)",
            "CREATE VIEW bview AS SELECT x FROM g",
            "DROP TABLE g",
        )
        yield app


@pytest.fixture
def it(odd: Flask) -> FlaskClient:
    client = signed_in(odd, "it")
    assert send(client, "/it/unlock", {"reason": REASON}).status_code == 302
    return client


def checksum(app: Flask, table: str) -> object:
    quoted = "`" + table.replace("`", "``") + "`"
    return execute(app.extensions["veneer"].config.database_url, f"CHECKSUM TABLE {quoted}")[0][1]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_works(odd: Flask, it: FlaskClient, name: str) -> None:
    table = quote(name, safe="")
    assert name in words(it.get(f"/it/?q={table}"))
    for extra in ("", "&sort=note", "&q=k", f"&f={quote('c ' + name, safe='')}&op=eq&v=k/1 %25"):
        page = it.get(f"/it/rows/?table={table}{extra}")
        assert page.status_code == 200
        assert "k/1 %" in words(page), extra
    link = re.search(r'href="(/it/rows/show[^"]*)"', page.get_data(as_text=True))
    assert link
    place = html.unescape(link[1])
    assert it.get(place).status_code == 200
    form = it.get(place.replace("/show", "/edit"))
    assert (
        send(
            it, place.replace("/show", "/edit"), {"row_hash": attribute(form, "row_hash"), "f.note": "新"}
        ).status_code
        == 302
    )
    shown = it.get(place)
    assert "新" in words(shown)
    assert REASON in words(shown)
    assert (
        send(it, place.replace("/show", "/delete"), {"row_hash": attribute(shown, "row_hash")}).status_code
        == 302
    )
    back = send(it, f"/it/rows/add?table={table}", {"f.c " + name: "k/1 %", "f.note": "n"})
    assert back.status_code == 302, words(back)


def test_any_value_can_be_looked_at(it: FlaskClient) -> None:
    listed = it.get("/it/rows/?table=odd values")
    assert listed.status_code == 200
    link = re.search(r'href="(/it/rows/show[^"]*)"', listed.get_data(as_text=True))
    assert link
    shown = words(it.get(html.unescape(link[1])))
    for text in ("0000-00-00", "2024-00-00", "-36:30:00", "00ff27", "5,000 bytes", "12345678901234567890.0123456789", "1.5e-12",
                 "18446744073709551615", "POINT(121.5 31.2)", "a,c d"):  # fmt: skip
        assert text in shown, text
    assert "do not show me" not in shown
    assert "user_password" in shown
    blob = it.get(html.unescape(link[1]).replace("/show", "/content") + "&column=blob")
    assert blob.data == b"\0" * 5000
    assert blob.headers["Content-Disposition"].startswith("attachment")
    assert it.get(html.unescape(link[1]).replace("/show", "/content") + "&column=text").status_code == 404


@pytest.mark.parametrize(
    "column",
    ["zero date", "zero time", "long time", "bits", "float", "double", "big", "exact", "set", "enum", "year"],
)
def test_any_column_sorts(it: FlaskClient, column: str) -> None:
    for sort in (column, "-" + column):
        assert it.get(f"/it/rows/?table=odd values&sort={quote(sort)}").status_code == 200


def test_saving_without_a_change_changes_nothing(odd: Flask, it: FlaskClient) -> None:
    link = re.search(
        r'href="(/it/rows/show[^"]*)"', it.get("/it/rows/?table=odd values").get_data(as_text=True)
    )
    assert link
    place = html.unescape(link[1]).replace("/show", "/edit")
    form = it.get(place)
    assert form.status_code == 200
    before = checksum(odd, "odd values")
    same = sent_by_a_browser(form.get_data(as_text=True))
    saved = send(it, place, same)
    assert saved.status_code == 302, words(saved)
    assert checksum(odd, "odd values") == before


def test_tables_without_a_key_are_paged_by_number(it: FlaskClient) -> None:
    pages = [it.get(f"/it/rows/?table=nokey&page={n}").get_data(as_text=True) for n in (0, 1, 2)]
    numbers = [int(n) for page in pages for n in re.findall(r'<span class="cell">(\d+)</span>', page)]
    assert sorted(numbers) == list(range(1, 131))
    for page in ("-1", "x", "99999999999", "1.5"):
        assert it.get(f"/it/rows/?table=nokey&page={page}").status_code == 200


def test_views_are_read_and_broken_ones_are_named(it: FlaskClient) -> None:
    assert "This is a view" in words(it.get("/it/rows/?table=aview"))
    assert it.get("/it/rows/add?table=aview").status_code == 403
    assert "bview" in words(it.get("/it/"))
    assert it.get("/it/rows/?table=bview").status_code == 404
    assert "V181" in words(it.get("/it/checks/"))


def test_running_statements_are_listed(it: FlaskClient) -> None:
    assert "SHOW FULL PROCESSLIST" in words(it.get("/it/connections/"))
