"""Relations of schemas that are not part of this repository: HELD_OUT names a folder of their dumps, such as xmall.sql.

What is true of each, and where its dump comes from, stands in truth/held_out. A score is a finding, not a bar: it is printed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.harness import databases
from tests.mysql import meanings, scoring

FOLDER = Path(os.environ.get("HELD_OUT", ""))
COLUMNS = "held_out/columns.txt"
TRUTHS = sorted(set((scoring.TRUTHS / "held_out").glob("*.txt")) - {scoring.TRUTHS / COLUMNS})
SCHEMAS = sorted(
    {line.split()[0] for line in (scoring.TRUTHS / COLUMNS).read_text().splitlines() if line[0] != "#"}
)
pytestmark = [
    pytest.mark.mariadb,
    pytest.mark.slow,
    pytest.mark.skipif("HELD_OUT" not in os.environ, reason="HELD_OUT names no folder of dumps"),
]
PRECISION = 0.9
"""One wrong relation among ten is too many on any schema."""


@contextmanager
def _loaded(url: str, name: str) -> Iterator[str]:
    """The address of a database with the dump of that name; leaves the test out when the folder has none."""
    dump = FOLDER / f"{name}.sql"
    if not dump.exists():
        pytest.skip(f"{dump.name} is not in the folder")
    with databases.fresh_database(url, "held") as database, dump.open("rb") as source:
        databases.load_sql(url, source, database)
        yield databases.url_of(url, database)


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda path: path.stem)
def test_relations_of_a_schema_that_nobody_tuned_for(
    truth: Path, mariadb_url: str, record_property: pytest.RecordProperty
) -> None:
    with _loaded(mariadb_url, truth.stem) as address:
        found = scoring.score(address, truth.stem, scoring.read_truth(truth.read_text(encoding="utf-8")))
    record_property("score", str(found))
    print(f"{truth.stem}: {found}")
    assert found.precision >= PRECISION, found


@pytest.mark.parametrize("name", SCHEMAS)
def test_meanings_of_a_schema_that_nobody_tuned_for(
    name: str, mariadb_url: str, record_property: pytest.RecordProperty
) -> None:
    must, may = meanings.truth_of(name, COLUMNS)
    with _loaded(mariadb_url, name) as address:
        said = meanings.said_of(address)
    wrong = {
        meaning: names - must.get(meaning, set()) - may.get(meaning, set()) for meaning, names in said.items()
    }
    missed = {meaning: names - said.get(meaning, set()) for meaning, names in must.items()}
    right = sum(len(names & must.get(meaning, set())) for meaning, names in said.items())
    score = f"{right} right, wrong: {_few(wrong)}, missed: {_few(missed)}"
    record_property("score", score)
    print(f"{name}: {score}")
    assert right >= PRECISION * (right + sum(map(len, wrong.values()))), score


def _few(found: dict[str, set[str]]) -> str:
    return ", ".join(f"{meaning} {one}" for meaning, names in found.items() for one in sorted(names)) or "–"
