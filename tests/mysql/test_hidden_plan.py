"""A view over tables on which the account has no rights: its rows can be read and its plan cannot be asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from models import limits
from tests.harness.databases import execute, fresh_database, url_of

pytestmark = pytest.mark.mariadb
ACCOUNT = "hidden_plan_reader"


@pytest.fixture
def reader(mariadb_url: str) -> Iterator[Engine]:
    """An account that may read the schema of the view and not the one below it."""
    with fresh_database(mariadb_url, "below") as below, fresh_database(mariadb_url, "seen") as seen:
        execute(
            url_of(mariadb_url, below),
            f"CREATE TABLE `{below}`.rows_of_others (id int PRIMARY KEY)",
            f"INSERT INTO `{below}`.rows_of_others SELECT seq FROM seq_1_to_50",
            f"CREATE VIEW `{seen}`.shown AS SELECT id FROM `{below}`.rows_of_others",
            f"CREATE USER `{ACCOUNT}`@`%`",
            f"GRANT SELECT ON `{seen}`.* TO `{ACCOUNT}`@`%`",
        )
        engine = create_engine(make_url(url_of(mariadb_url, seen)).set(username=ACCOUNT, password=None))
        try:
            yield engine
        finally:
            engine.dispose()
            execute(mariadb_url, f"DROP USER `{ACCOUNT}`@`%`")


def test_an_estimate_that_is_refused_stays_empty(reader: Engine) -> None:
    estimate = limits.Estimate()
    with reader.connect() as connection:
        counted = text("SELECT COUNT(*) FROM shown")
        assert connection.execute(counted, execution_options=limits.asking(estimate)).scalar() == 0
        assert connection.execute(counted).scalar() == 50
    assert (estimate.rows, estimate.by_index) == (None, False)
