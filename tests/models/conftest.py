"""The tiny ERP for tests of the guard and of saving."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.models import small_erp


@pytest.fixture(params=["embedded", "mariadb"])
def erp(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[small_erp.SmallErp]:
    """A fresh one for each test, on both databases."""
    if request.param == "embedded":
        with small_erp.embedded(tmp_path) as made:
            yield made
    else:
        name = request.getfixturevalue("mariadb_database")
        with small_erp.on_server(request.getfixturevalue("mariadb_url"), name) as made:
            yield made
