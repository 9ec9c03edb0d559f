"""What columns and tables of real schemas are for: wrong meanings are worse than missing ones."""

from __future__ import annotations

import pytest

from models.wiring.nouns import ROLES
from tests.harness import databases
from tests.mysql import meanings

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
PRECISION, RECALL = 0.97, 0.9


Counted = dict[str, list[str]]


@pytest.fixture(scope="module")
def counted(mariadb_url: str) -> dict[str, Counted]:
    """Right, wrong and missed, for each schema."""
    found = {}
    for name in databases.DUMPS:
        with databases.fresh_database(mariadb_url, name) as database:
            databases.load_dump(mariadb_url, name, database)
            found[name] = _compared(name, meanings.said_of(databases.url_of(mariadb_url, database)))
    return found


def _compared(name: str, said: meanings.Said) -> Counted:
    must, may = meanings.truth_of(name)
    return {
        "right": [f"{m} {n}" for m, names in said.items() for n in names & must.get(m, set())],
        "wrong": [
            f"{m} {n}" for m, names in said.items() for n in names - must.get(m, set()) - may.get(m, set())
        ],
        "missed": [f"{m} {n}" for m, names in must.items() for n in names - said.get(m, set())],
    }


@pytest.mark.parametrize("name", databases.DUMPS)
def test_every_table_of_a_real_schema_has_the_role_a_person_would_give_it(
    name: str, counted: dict[str, Counted], record_property: pytest.RecordProperty
) -> None:
    here = counted[name]
    record_property("meanings", str(here))
    assert not [place for place in here["wrong"] + here["missed"] if place.split()[0] in ROLES]


def test_meanings_over_all_of_them(counted: dict[str, Counted]) -> None:
    every = {
        what: [p for here in counted.values() for p in here[what]] for what in ("right", "wrong", "missed")
    }
    right, wrong, missed = (len(every[what]) for what in ("right", "wrong", "missed"))
    assert right / (right + wrong) >= PRECISION, every["wrong"]
    assert right / (right + missed) >= RECALL, every["missed"]
