"""`run.py rights` over a small ERP: export and apply."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.database import EMBEDDED_SCHEMA, open_embedded
from fields import best_kind, kinds
from models.wiring.commands import Bench
from models.wiring.publish import publish_tables
from views.rights.commands import rights

TABLES = (
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL, phone VARCHAR(20), region VARCHAR(9))",
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, amount DECIMAL(10,2))",
    "INSERT INTO customers (name) VALUES ('A'), ('B')",
    "INSERT INTO orders (customer_id) VALUES (1), (2), (1)",
)
WANTED = """
rights:
  Sales:
    role:customer: {see: own, change: own}
    orders:
      see: {scope: rule, condition: {field: customer_id.region, op: in, value: {actor: regions}}}
      fields: {amount: [masked, {right: never, when: {field: amount, op: gt, value: 100}}]}
"""


@pytest.fixture
def bench(tmp_path: Path, babel: None) -> Iterator[Bench]:
    with sqlite3.connect(tmp_path / "erp") as erp:
        for statement in TABLES:
            erp.execute(statement)
    erp.close()
    opened = open_embedded(tmp_path / "erp", tmp_path / "overlay")
    made = Bench(lambda: opened, EMBEDDED_SCHEMA, best_kind, lambda: set(kinds()))
    with made.connected() as connection:
        publish_tables(connection, EMBEDDED_SCHEMA, best_kind)
    yield made
    opened.dispose()


def run(bench: Bench, *arguments: str) -> Result:
    return CliRunner().invoke(rights, list(arguments), obj=bench)


def test_what_is_applied_is_exported(bench: Bench, tmp_path: Path) -> None:
    assert run(bench, "export").stdout == "rights: {}\n"
    file = tmp_path / "rights.yaml"
    relation = next(iter(_relations(bench)))
    file.write_text(WANTED.replace("customer_id.", f"{relation}."), encoding="utf-8")
    dry = run(bench, "apply", str(file), "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert dry.stdout.splitlines() == ["+ Sales · orders", "+ Sales · role:customer", "Nothing was changed."]
    assert run(bench, "export").stdout == "rights: {}\n"
    assert "in force" in run(bench, "apply", str(file)).stdout
    written = run(bench, "export").stdout
    assert "actor: regions" in written
    file.write_text(written, encoding="utf-8")
    assert "in force already" in run(bench, "apply", str(file)).stdout
    assert run(bench, "export", str(file)).exit_code == 0
    assert file.read_text(encoding="utf-8") == written


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("rights: [", "is not YAML"),
        ("wrong: {}", "no “rights”"),
        ("rights: {Sales: {nothing: {see: all}}}", "no such entity"),
        ("rights: {Sales: {customers: {see: {scope: rule, condition: {field: x, op: eq, value: 1}}}}}", "no field called"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_in_words(bench: Bench, tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "rights.yaml"
    file.write_text(text, encoding="utf-8")
    answer = run(bench, "apply", str(file))
    assert answer.exit_code == 1
    assert sentence in answer.stderr


def _relations(bench: Bench) -> dict[str, object]:
    from models.wiring import store

    with bench.connected() as connection:
        return dict(store.load(connection).entities["orders"].relations)
