"""Sites of these tests. They take a minute each to be made, so tests share the one that suits them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.reliability.site import Site, site


@pytest.fixture(scope="package")
def shop(mariadb_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two workers on a healthy server."""
    settings = {"LOCK_WAIT_SECONDS": "2", "PAGE_STATEMENT_SECONDS": "1"}
    with site(mariadb_url, tmp_path_factory.mktemp("shop"), **settings) as made:
        yield made
