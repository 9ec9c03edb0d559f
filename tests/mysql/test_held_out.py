"""Relations of schemas that are not part of this repository: HELD_OUT names a folder of their dumps, such as xmall.sql.

What is true of each, and where its dump comes from, stands in truth/held_out. A score is a finding, not a bar: it is printed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.harness import databases
from tests.mysql import scoring

FOLDER = Path(os.environ.get("HELD_OUT", ""))
TRUTHS = sorted((scoring.TRUTHS / "held_out").glob("*.txt"))
pytestmark = [
    pytest.mark.mariadb,
    pytest.mark.slow,
    pytest.mark.skipif("HELD_OUT" not in os.environ, reason="HELD_OUT names no folder of dumps"),
]
PRECISION = 0.9
"""One wrong relation among ten is too many on any schema."""


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda path: path.stem)
def test_relations_of_a_schema_that_nobody_tuned_for(
    truth: Path, mariadb_url: str, record_property: pytest.RecordProperty
) -> None:
    dump = FOLDER / f"{truth.stem}.sql"
    if not dump.exists():
        pytest.skip(f"{dump.name} is not in the folder")
    with databases.fresh_database(mariadb_url, "held") as name:
        address = databases.url_of(mariadb_url, name)
        with dump.open("rb") as source:
            databases.load_sql(mariadb_url, source, name)
        found = scoring.score(address, truth.stem, scoring.read_truth(truth.read_text(encoding="utf-8")))
    record_property("score", str(found))
    print(f"{truth.stem}: {found}")
    assert found.precision >= PRECISION, found
