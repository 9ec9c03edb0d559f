"""What columns and tables of real schemas are for: wrong meanings are worse than missing ones."""

from __future__ import annotations

import pytest

from models.wiring.nouns import ROLES
from tests.harness import databases
from tests.mysql import meanings

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
PRECISION, RECALL = 0.97, 0.9


@pytest.fixture(scope="module")
def counted() -> dict[str, list[str]]:
    """Right, wrong and missed over all schemas."""
    return {"right": [], "wrong": [], "missed": []}


@pytest.mark.parametrize("schema", databases.DUMPS, indirect=True)
def test_meanings_of_a_real_schema(
    schema: str,
    request: pytest.FixtureRequest,
    counted: dict[str, list[str]],
    record_property: pytest.RecordProperty,
) -> None:
    name = request.node.callspec.params["schema"]
    must, may = meanings.truth_of(name)
    said = meanings.said_of(schema)
    here = {
        "right": {f"{m} {n}" for m, names in said.items() for n in names & must.get(m, set())},
        "wrong": {
            f"{m} {n}" for m, names in said.items() for n in names - must.get(m, set()) - may.get(m, set())
        },
        "missed": {f"{m} {n}" for m, names in must.items() for n in names - said.get(m, set())},
    }
    record_property("meanings", str(here))
    for what, places in here.items():
        counted[what] += [f"{name} {place}" for place in places]
    roles = {place for place in here["wrong"] | here["missed"] if place.split()[0] in ROLES}
    assert not roles, "every table's role is as a person would say it"


def test_meanings_over_all_of_them(counted: dict[str, list[str]]) -> None:
    right, wrong, missed = (len(counted[what]) for what in ("right", "wrong", "missed"))
    assert right, "run it together with the schemas"
    assert right / (right + wrong) >= PRECISION, counted["wrong"]
    assert right / (right + missed) >= RECALL, counted["missed"]
