"""Programs that look for holes by themselves: schemathesis for what the API's description promises, sqlmap for SQL in parameters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from demo.accounts import DEMO_PASSWORD
from demo.write import write_mariadb
from tests.harness.databases import fresh_database, least_rights, url_of
from tests.harness.serving import CUSTOMERS, Serving, serving

BIN = Path(sys.executable).parent
ALL_TRIES = {"SIGN_IN_ADDRESS_TRIES": "1000000"}
"""A scanner sends thousands of wrong tokens, all from one address."""


@contextmanager
def site(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Serving]:
    """A server of its own over the small demo, "embedded" or on the tests' MariaDB."""
    if kind == "embedded":
        with serving(folder, **ALL_TRIES) as found:
            yield found
        return
    server = request.getfixturevalue("mariadb_url")
    with fresh_database(server) as name, least_rights(server, name) as account:
        write_mariadb(url_of(server, name), CUSTOMERS)
        own = {"DATABASE_URL": url_of(account, name), "OVERLAY_SCHEMA": f"{name}_overlay", "DEMO": "yes"}
        with serving(folder, **own, **ALL_TRIES) as found:
            yield found


def bearer(found: Serving, username: str) -> str:
    """An access token of a demo account; good for 15 minutes."""
    sent = json.dumps({"username": username, "password": DEMO_PASSWORD}).encode()
    address = f"{found.url}/api/v1/security/login"
    asked = urllib.request.Request(address, sent, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return str(json.load(answer)["access_token"])


def run(command: Sequence[str | Path], folder: Path, seconds: int) -> tuple[int, str]:
    """A scanner's exit code and words; it is ended after so many seconds and then counts as failed."""
    environment = {**os.environ, "HOME": str(folder), "PYTHONWARNINGS": "ignore", "NO_COLOR": "1"}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=seconds,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")
