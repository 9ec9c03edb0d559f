"""Schemas that nobody of this project designed: every entity is listed, described, read, and sent back unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from demo.accounts import DEMO_PASSWORD
from tests.harness import applications, databases
from tests.views.api.conftest import Caller

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]

NASTY = Path(__file__).resolve().parents[2] / "mysql" / "nasty.sql"


@pytest.fixture(scope="module", params=[*databases.DUMPS, "nasty"])
def foreign(request: pytest.FixtureRequest, mariadb_url: str) -> Iterator[Flask]:
    """An application over one of the schemas with everything published."""
    with databases.fresh_database(mariadb_url, request.param) as name:
        if request.param == "nasty":
            with NASTY.open("rb") as source:
                databases.load_sql(mariadb_url, source, name)
        else:
            databases.load_dump(mariadb_url, request.param, name)
        with applications.over_schema(mariadb_url, name) as app:
            yield app


@pytest.fixture(scope="module")
def owner(foreign: Flask) -> Caller:
    sent = {"username": "admin", "password": DEMO_PASSWORD}
    answer = foreign.test_client().post("/api/v1/security/login", json=sent)
    return Caller(foreign, answer.get_json()["access_token"])


def test_every_entity_is_listed_described_read_and_sent_back(owner: Caller) -> None:
    entities = owner.get("/").get_json()["data"]
    assert entities
    for entity in entities:
        base = f"/{entity['name']}/"
        listed = owner.get(f"{base}?size=10")
        assert listed.status_code == 200, (base, listed.get_json())
        assert owner.get(f"{base}schema").status_code == 200, base
        for row in [row for row in listed.get_json()["data"] if row["_token"]][:2]:
            there = owner.get(base + row["_token"])
            assert there.status_code == 200, (base, row["_token"], there.get_json())
            if entity["rights"]["change"]:
                headers = {"If-Match": there.headers["ETag"]}
                back = owner.send("PUT", base + row["_token"], json=there.get_json(), headers=headers)
                assert back.status_code == 200, (base, row["_token"], back.get_json())
                assert back.headers["ETag"] == there.headers["ETag"], (base, row["_token"])


def test_the_description_is_valid(owner: Caller) -> None:
    OpenAPIV31SpecValidator(owner.get("/api/v1/openapi.json").get_json()).validate()
    for entity in owner.get("/").get_json()["data"][:5]:
        document = owner.get(f"/api/v1/openapi.json?entity={entity['name']}").get_json()
        OpenAPIV31SpecValidator(document).validate()
