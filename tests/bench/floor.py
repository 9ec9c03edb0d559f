"""The floor: a WSGI application without any framework. One SELECT and one render, or one INSERT or UPDATE and a redirect."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import pymysql
from jinja2 import Environment

from tests.harness.databases import connect

COLUMNS = ("ID", "KHBH", "KHMC", "KHLX", "KHDJ", "KHZT", "YWY", "DQBM")
LIST = f"SELECT {', '.join(COLUMNS)} FROM T_KHZL WHERE SCBZ <> '1' ORDER BY ID DESC LIMIT 25"
RECORD = "SELECT * FROM T_KHZL WHERE ID = %s"
UPDATE = "UPDATE T_KHZL SET BZ = %s WHERE ID = 5"
INSERT = "INSERT INTO T_KHZL (KHBH, KHMC) VALUES (%s, %s)"
PAGE = Environment(autoescape=True).from_string(
    "<!doctype html><title>Customers</title><table>{% for row in rows %}<tr>"
    "{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
)
Start = Callable[[str, list[tuple[str, str]]], Any]
_kept = threading.local()


def application(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """/list, /record, and POST to /update or /create."""
    work = {"/list": _list, "/record": _record, "/update": _update, "/create": _create}
    text = work[environ["PATH_INFO"]](_connection())
    if environ["REQUEST_METHOD"] == "POST":
        start("302 Found", [("Location", "/record"), ("Content-Length", "0")])
        return []
    body = text.encode()
    start("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]


def _connection() -> pymysql.connections.Connection[Any]:
    if not hasattr(_kept, "connection"):
        _kept.connection = connect(os.environ["BENCH_DATABASE_URL"])
    found: pymysql.connections.Connection[Any] = _kept.connection
    return found


def _list(connection: pymysql.connections.Connection[Any]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(LIST)
        return PAGE.render(rows=cursor.fetchall())


def _record(connection: pymysql.connections.Connection[Any]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(RECORD, (5,))
        return PAGE.render(rows=cursor.fetchall())


def _update(connection: pymysql.connections.Connection[Any]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, (uuid.uuid4().hex,))
    return ""


def _create(connection: pymysql.connections.Connection[Any]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(INSERT, ("B" + uuid.uuid4().hex[:9], "Bare"))
    return ""
