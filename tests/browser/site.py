"""The sites that visitors go to: servers in processes of their own over the demo or over a real schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.accounts import DEMO_PASSWORD
from tests.browser.cases import MORE_ROWS
from tests.harness.databases import execute, fresh_database, least_rights, load_dump, url_of
from tests.harness.serving import serving

BEHIND_A_PROXY = {"TRUSTED_PROXIES": "1"}
FIRST_PASSWORD = re.compile(r"Sign in as  admin  with the password  (\S+)")


@dataclass(frozen=True)
class Site:
    """Where it is, how its administrator signs in, and the database below it (empty for the embedded demo)."""

    url: str
    password: str
    database: str = ""

    def sql(self, *statements: str) -> list[tuple[Any, ...]]:
        """Statements of another program that knows nothing of Veneer."""
        return execute(self.database, *statements)


@contextmanager
def demo_site(folder: Path) -> Iterator[Site]:
    """The embedded demo, small."""
    with serving(folder, **BEHIND_A_PROXY) as server:
        yield Site(server.url, DEMO_PASSWORD)


@contextmanager
def schema_site(folder: Path, server_url: str, schema: str) -> Iterator[Site]:
    """An unwired site over a dump of a real schema, as a person finds it after the first start."""
    with fresh_database(server_url, schema) as name, least_rights(server_url, name) as account:
        database = url_of(server_url, name)
        load_dump(server_url, schema, name)
        if MORE_ROWS[schema]:
            execute(database, *MORE_ROWS[schema])
        own = {"DATABASE_URL": url_of(account, name), "OVERLAY_SCHEMA": f"{name}_overlay"}
        with serving(folder, **own, **BEHIND_A_PROXY) as server:
            found = FIRST_PASSWORD.search(server.log.read_text())
            assert found, "The first start shows the administrator's password."
            yield Site(server.url, found[1], database)
