"""Relations that nobody declared: wrong ones are worse than missing ones, and looking for them is cheap."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness import databases
from tests.mysql import made_up, scoring

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]

PRECISION, RECALL = 0.95, 0.85
LOOK_UPS = 8
"""Statements for each table, on average: its first and last rows, and a look-up for each place that a column may lead to."""


@pytest.fixture(scope="module")
def company(mariadb_url: str) -> Iterator[str]:
    with databases.fresh_database(mariadb_url, "company") as name:
        address = databases.url_of(mariadb_url, name)
        made_up.create(address)
        yield address


@pytest.mark.parametrize("schema", databases.DUMPS, indirect=True)
def test_relations_of_real_schemas_are_found(
    schema: str, request: pytest.FixtureRequest, record_property: pytest.RecordProperty
) -> None:
    name = request.node.callspec.params["schema"]
    found = scoring.score(schema, name)
    record_property("score", str(found))
    assert found.precision >= PRECISION, found
    assert found.recall >= RECALL, found
    assert found.statements <= LOOK_UPS * found.tables


def test_relations_of_a_schema_full_of_traps_are_found(company: str) -> None:
    found = scoring.score(company, "company", scoring.read_truth(made_up.TRUTH))
    assert found.precision >= PRECISION, found
    assert found.recall >= RECALL, found
    assert found.statements <= LOOK_UPS * found.tables
