"""Pages a second with 16 connections, beside Django admin without its count."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.bench.conftest import Bench
from tests.bench.visitor import Visitor
from tests.harness.strict import leave_out

CONNECTIONS, SECONDS = 16, 6
OURS = {"list": "/data/customers/list/", "record": "/data/customers/show/5"}
DJANGO = {"list": "/admin/erp/uncounted/", "record": "/admin/erp/uncounted/5/change/"}


def pages_a_second(visitor: Visitor, path: str) -> float:
    """By wrk; an answer that is none counts as a mistake of the bench."""
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-H", f"Cookie: {visitor.cookie}"]
    said = subprocess.run(
        [*command, f"http://{visitor.host}{path}"], capture_output=True, text=True, check=True
    )
    assert "Non-2xx" not in said.stdout, said.stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", said.stdout)
    assert found, said.stdout
    return float(found[1])


@pytest.mark.parametrize("page", OURS)
def test_throughput(bench: Bench, page: str) -> None:
    if not bench.is_measuring or "Django admin" not in bench.rivals:
        pytest.skip("Only `make bench` measures throughput.")
    if shutil.which("wrk") is None:
        leave_out("Throughput", "Install wrk to include it.")
    paths = {"Veneer": OURS[page], "Django admin": DJANGO[page]}
    visitors = {"Veneer": bench.people["admin"], "Django admin": bench.rivals["Django admin"]}
    best = {who: max(pages_a_second(visitors[who], paths[who]) for _turn in range(2)) for who in visitors}
    ratio = best["Veneer"] / best["Django admin"]
    bench.notes.append(
        f"{page} pages a second, {CONNECTIONS} connections: Veneer {best['Veneer']:.0f}, "
        f"Django admin without a count {best['Django admin']:.0f}: {ratio:.2f} x (goal 3)"
    )
    assert ratio > 0
