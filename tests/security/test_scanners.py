"""Two programs that look for holes by themselves, let loose on the API of a running server: each finding fails.

schemathesis asks what the description allows and what it does not; sqlmap tries to get SQL into every parameter.
Both are bounded by the number of their requests, and SCANNER_FACTOR multiplies it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.harness import scanners
from tests.harness.serving import Serving

pytestmark = pytest.mark.slow
FACTOR = int(os.environ.get("SCANNER_FACTOR", "1"))
EXAMPLES, SECONDS = 8 * FACTOR, 240 * FACTOR
FOUND = re.compile(r"Parameter: |is vulnerable|appears to be .{0,60}injectable")
ENTITIES = ("customers", "orders")


@dataclass(frozen=True)
class Target:
    """A running server, a token for it, and a folder for what the scanners write."""

    serving: Serving
    token: str
    folder: Path


@pytest.fixture(scope="module", params=["embedded", "mariadb"])
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("scanned")
    with scanners.site(request.param, request, folder) as serving:
        yield Target(serving, scanners.bearer(serving, "admin"), folder)


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_api_is_as_it_is_described(target: Target, entity: str) -> None:
    where = f"{target.serving.url}/api/v1/openapi.json?entity={entity}"
    command = [
        scanners.BIN / "schemathesis", "--config-file", Path(__file__).with_name("schemathesis.toml"), "run", where,
        "--header", f"Authorization: Bearer {target.token}", "--phases", "coverage,fuzzing", "--max-examples", str(EXAMPLES),
        "--seed", "20261128", "--no-shrink", "--continue-on-failure",
    ]  # fmt: skip
    code, said = scanners.run(command, target.folder, SECONDS)
    assert code == 0, said[-12_000:]
    asked = re.search(r"(\d+) generated", said)
    tested = re.search(r"Tested: (\d+)", said)
    assert asked, said[-3000:]
    assert tested, said[-3000:]
    assert int(asked[1]) > 500, "a run that asked nothing has shown nothing"
    assert int(tested[1]) >= 12, said[-3000:]


def leaf(value: str) -> str:
    """A filter with sqlmap's mark where it puts its words."""
    return quote(json.dumps({"field": "KHBH", "op": "starts", "value": value}), safe="*")


QUERIES = {
    "arguments": "/api/v1/data/customers/?q=KH&sort=KHBH&fields=KHBH&size=25&cursor=x&total=none",
    "filter's value": f"/api/v1/data/customers/?fields=KHBH&filter={leaf('KH*')}",
    "filter's field": "/api/v1/data/customers/?filter=" + quote('{"field": "KHBH*", "op": "not_null"}', safe="*"),
    "filter's comparison": "/api/v1/data/customers/?filter=" + quote('{"field": "KHBH", "op": "eq*", "value": 1}', safe="*"),
    "path": "/api/v1/data/customers*/399*",
}  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_no_parameter_takes_sql(target: Target, query: str) -> None:
    attack(target, target.serving.url + QUERIES[query])


def test_no_written_value_takes_sql(target: Target) -> None:
    body = json.dumps({"KHBH": "KH99999901*", "KHMC": "A name*", "XYED": "5*"})
    sent = ["--data", body, "--headers", "Content-Type: application/json"]
    attack(target, f"{target.serving.url}/api/v1/data/customers/", *sent)


def test_the_sign_in_takes_no_sql(target: Target) -> None:
    sent = ["--data", json.dumps({"username": "nobody-at-all*", "password": "guess"})]
    kind = ["--headers", "Content-Type: application/json"]
    fewer = ["--technique", "E"]  # each try costs a slow hash, and that is as it should be
    attack(target, f"{target.serving.url}/api/v1/security/login", *sent, *kind, *fewer)


def attack(target: Target, address: str, *options: str) -> None:
    """Let sqlmap try; it must have tried, and found nothing."""
    techniques = "BEUT" if FACTOR > 1 else "BEU"
    command = [
        scanners.BIN / "sqlmap", "-u", address, "--header", f"Authorization: Bearer {target.token}", "--batch", "--flush-session",
        "--level", "2" if FACTOR > 1 else "1", "--risk", "1", "--threads", "4", "--disable-coloring",
        "--ignore-code", "401", "--output-dir", target.folder / "sqlmap", *options,
    ]  # fmt: skip
    if "--technique" not in options:
        command += ["--technique", techniques]
    _code, said = scanners.run(command, target.folder, SECONDS)
    assert not FOUND.search(said), said[-6000:]
    assert "all tested parameters do not appear to be injectable" in said, said[-6000:]
    log = target.serving.log.read_text(errors="replace")
    assert "Traceback" not in log, log[-4000:]
