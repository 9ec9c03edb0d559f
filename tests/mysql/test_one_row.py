"""A key that is none any more: a write that would hit two rows hits none, whatever way it comes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.engine import make_url

from tests.harness import databases, forms
from tests.harness.applications import DEMO_PASSWORD, over_schema
from tests.mysql import crawl, stored

pytestmark = pytest.mark.mariadb
TWICE = (
    "INSERT INTO part VALUES ('K1', 'same', 1), ('K2', 'other', 2)",
    "ALTER TABLE part DROP INDEX code, ADD INDEX (code)",
    "INSERT INTO part SELECT * FROM part WHERE code = 'K1'",
)
"""What the ERP's people do after the table was wired."""


@pytest.fixture
def url(mariadb_url: str) -> Iterator[str]:
    with databases.fresh_database(mariadb_url, "twice") as name:
        here = databases.url_of(mariadb_url, name)
        databases.execute(
            here, "CREATE TABLE part (code varchar(20) NOT NULL, name varchar(20), n int, UNIQUE KEY (code))"
        )
        yield here


@pytest.fixture
def app(mariadb_url: str, url: str) -> Iterator[Flask]:
    with over_schema(mariadb_url, str(make_url(url).database)) as made:
        yield made


def deeds(walked: crawl.Crawl, app: Flask) -> list[Any]:
    """Everything that writes a row, prepared while the key is still one, to be done later."""
    edit = forms.main_form(walked.get("/data/part/edit/K1")).sent
    edit["f.name"] = "typed"
    delete = forms.main_form(walked.get("/data/part/delete/K1")).sent
    client = app.test_client()
    bearer = client.post("/api/v1/security/login", json={"username": "admin", "password": DEMO_PASSWORD}).json["access_token"]  # fmt: skip
    headers = {"Authorization": f"Bearer {bearer}", "If-Match": "*"}
    bulk = {
        "csrf_token": edit["csrf_token"],
        "token": ["K1"],
        "field": "name",
        "f.name": "typed",
        "step": "save",
    }
    return [
        lambda: walked.client.post("/data/part/edit/K1", data=edit),
        lambda: walked.client.post("/data/part/delete/K1", data=delete),
        lambda: walked.client.post("/data/part/bulk-edit", data=bulk),
        lambda: client.patch("/api/v1/data/part/K1", json={"name": "typed"}, headers=headers),
        lambda: client.delete("/api/v1/data/part/K1", headers=headers),
    ]


def test_two_rows_under_one_key_are_left_alone(app: Flask, url: str) -> None:
    databases.execute(url, TWICE[0])
    walked = crawl.Crawl.of(app)
    prepared = deeds(walked, app)
    databases.execute(url, *TWICE[1:])
    before = stored.rows(url, "part")
    answers = [deed() for deed in prepared]
    assert stored.rows(url, "part") == before
    assert sum(before.values()) == 3
    assert {answer.status_code for answer in answers} <= {302, 403, 404, 409, 412}, [
        a.text[:300] for a in answers
    ]
    overlay = databases.url_of(url, f"{make_url(url).database}_overlay")
    assert databases.execute(overlay, "SELECT COUNT(*) FROM `change` WHERE entity='part'") == [(0,)]
