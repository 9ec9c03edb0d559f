"""`run.py wire` over a small ERP: report, publish, export, apply, versions."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from app.database import EMBEDDED_SCHEMA, open_embedded
from fields import best_kind, kinds
from models.wiring.commands import Bench, commands

TABLES = (
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL, phone VARCHAR(20))",
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, amount DECIMAL(10,2), order_date DATE)",
    "CREATE VIEW busy AS SELECT customer_id, count(*) n FROM orders GROUP BY customer_id",
    "INSERT INTO customers (name) VALUES ('A'), ('B'), ('C')",
    "INSERT INTO orders (customer_id) VALUES (1), (2), (3), (1), (0)",
)


@pytest.fixture
def bench(tmp_path: Path, babel: None) -> Iterator[Bench]:
    with sqlite3.connect(tmp_path / "erp") as erp:
        for statement in TABLES:
            erp.execute(statement)
    erp.close()
    opened = open_embedded(tmp_path / "erp", tmp_path / "overlay")
    yield Bench(lambda: opened, EMBEDDED_SCHEMA, best_kind, lambda: set(kinds()))
    opened.dispose()


def run(bench: Bench, *arguments: str) -> Result:
    return CliRunner().invoke(commands(lambda: bench), list(arguments))


def test_the_report_is_json_and_nothing_else(bench: Bench) -> None:
    answer = run(bench, "--report", "json")
    assert answer.exit_code == 0, answer.output
    found = {entity["table"]: entity for entity in json.loads(answer.stdout)["entities"]}
    assert list(found) == ["busy", "customers", "orders"]
    assert found["customers"] == {
        "table": "customers", "label": "Customers", "key": ["id"], "title": "name", "role": "customer", "relations": [],
        "role_reasons": ["its name or comment says “客户”", "it has telephone, mail or address: phone"],
    }  # fmt: skip
    [relation] = found["orders"]["relations"]
    assert relation["confidence"] > 0.9
    del relation["confidence"]
    assert relation == {
        "columns": ["customer_id"], "target_table": "customers", "target_columns": ["id"], "declared": False,
        "when": {}, "separator": "", "reasons": ["name", "values"], "checked": 3, "matched": 3, "share": 1.0, "orphans": [],
    }  # fmt: skip
    assert found["busy"]["key"] == []


def test_the_report_shows_what_people_corrected(bench: Bench, tmp_path: Path) -> None:
    run(bench, "publish", "--all")
    file = tmp_path / "wiring.yaml"
    file.write_text(run(bench, "export").stdout.replace("en: Customers", "en: Clients"), encoding="utf-8")
    run(bench, "apply", str(file))
    found = json.loads(run(bench, "--report", "json").stdout)["entities"]
    assert [entity["label"] for entity in found if entity["table"] == "customers"] == ["Clients"]


def test_publishing_takes_what_is_named_and_keeps_what_is_there(bench: Bench) -> None:
    assert run(bench, "publish").exit_code != 0
    assert "Version 1 with 1 entities is in force." in run(bench, "publish", "--table", "orders").stdout
    assert "Version 2 with 3 entities is in force." in run(bench, "publish", "--all").stdout
    exported = yaml.safe_load(run(bench, "export").stdout)
    assert list(exported["entities"]) == ["orders", "busy", "customers"]


def test_a_schema_that_has_changed_is_told_before_anything_is_published(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "wiring.yaml"
    first = run(bench, "publish", "--all")
    assert "rests on" not in first.stderr
    assert run(bench, "export", str(file)).exit_code == 0
    assert "rests on" not in run(bench, "publish", "--all").stderr
    with sqlite3.connect(tmp_path / "erp") as erp:
        erp.execute("ALTER TABLE customers DROP COLUMN phone")
        erp.execute("ALTER TABLE orders RENAME COLUMN amount TO total")
    erp.close()
    for command in (["publish", "--table", "orders"], ["apply", str(file), "--dry-run"]):
        told = run(bench, *command).stderr
        assert "rests on: " in told
        assert "customers.phone" in told
        assert "orders.amount" in told


def test_a_dry_run_tells_and_changes_nothing(bench: Bench, tmp_path: Path) -> None:
    run(bench, "publish", "--all")
    file = tmp_path / "wiring.yaml"
    assert run(bench, "export", str(file)).exit_code == 0
    assert "The file says what is in force already." in run(bench, "apply", str(file)).stdout
    file.write_text(
        file.read_text(encoding="utf-8").replace("role: order", "role: payment"), encoding="utf-8"
    )
    told = run(bench, "apply", str(file), "--dry-run").stdout
    assert "~ Orders: role changes from “order” to “payment”." in told
    assert "Nothing was changed." in told
    assert "role: order" in run(bench, "export").stdout
    assert "Version 2 is in force." in run(bench, "apply", str(file)).stdout
    assert "role: payment" in run(bench, "export").stdout


def test_a_file_with_a_mistake_is_refused_whole(bench: Bench, tmp_path: Path) -> None:
    run(bench, "publish", "--all")
    file = tmp_path / "wiring.yaml"
    text = run(bench, "export").stdout
    wrong = (
        text.replace("role: order", "role: king")
        .replace("kind: money", "kind: gold")
        .replace("en: Customers", "en: X")
    )
    file.write_text(wrong, encoding="utf-8")
    answer = run(bench, "apply", str(file))
    assert answer.exit_code == 1
    assert "orders: there is no role “king”." in answer.stderr
    assert "orders.amount: there is no field type “gold”." in answer.stderr
    assert run(bench, "export").stdout == text


def test_a_file_of_an_older_version_meets_a_conflict(bench: Bench, tmp_path: Path) -> None:
    run(bench, "publish", "--table", "orders")
    file = tmp_path / "wiring.yaml"
    run(bench, "export", str(file))
    run(bench, "publish", "--all")
    answer = run(bench, "apply", str(file))
    assert answer.exit_code == 1
    assert "Somebody else published" in answer.stderr


def test_versions_are_listed_and_brought_back(bench: Bench) -> None:
    run(bench, "publish", "--table", "orders")
    run(bench, "publish", "--all")
    assert "Version 3 is in force." in run(bench, "versions", "--bring-back", "1").stdout
    listed = run(bench, "versions").stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["3", "2", "1"]
    assert list(yaml.safe_load(run(bench, "export").stdout)["entities"]) == ["orders"]
    assert run(bench, "versions", "--bring-back", "9").exit_code == 1
