"""Reflection and suggestions on a real server: broken things, odd names, five hundred tables, nothing written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import make_url

from fields import best_kind
from models.legacy.facts import SchemaFacts
from models.legacy.reflect import reflect
from models.legacy.samples import LegacySamples
from models.wiring.infer import infer, wiring_of
from tests.harness import databases

pytestmark = pytest.mark.mariadb

NASTY = (
    "SET SESSION sql_mode = '', foreign_key_checks = 0",
    (
        "CREATE TABLE oc_customer (customer_id int AUTO_INCREMENT PRIMARY KEY, firstname varchar(32), telephone varchar(32), "
        "date_added datetime NOT NULL DEFAULT '0000-00-00', KEY (telephone)) ENGINE=MyISAM"
    ),
    (
        "CREATE TABLE oc_order (order_id int AUTO_INCREMENT PRIMARY KEY, customer_id int NOT NULL DEFAULT 0, "
        "date_added datetime DEFAULT '0000-00-00', total decimal(15,4)) ENGINE=MyISAM"
    ),
    "INSERT INTO oc_customer SELECT seq, 'f', seq, '0000-00-00' FROM seq_1_to_400",
    "INSERT INTO oc_order SELECT seq, seq % 401, '0000-00-00', 1 FROM seq_1_to_900",
    "CREATE TABLE ticket (number int, subject varchar(99)) ENGINE=MyISAM",
    "CREATE TABLE `客户信息表` (`客户编号` varchar(20) PRIMARY KEY, `客户名称` varchar(60), `所属部门` varchar(10)) CHARSET=gbk",
    "CREATE TABLE `部门` (`部门编号` varchar(10) PRIMARY KEY, `部门名称` varchar(50), `上级部门` varchar(10)) CHARSET=gbk",
    "INSERT INTO `部门` SELECT CONCAT('D', LPAD(seq, 3, 0)), '部', IF(seq > 1, 'D001', NULL) FROM seq_1_to_12",
    "INSERT INTO `客户信息表` SELECT CONCAT('C', LPAD(seq, 5, 0)), '客', CONCAT('D', LPAD(1 + seq % 12, 3, 0)) FROM seq_1_to_50",
    "CREATE TABLE `a b.c'd\"e%f``g` (`select` int PRIMARY KEY, `100% pure` varchar(5), `a:b` int, `c?d` text)",
    "INSERT INTO `a b.c'd\"e%f``g` VALUES (1, 'x', 1, 't')",
    "CREATE TABLE bad_key (id int PRIMARY KEY, x int, CONSTRAINT lost FOREIGN KEY (x) REFERENCES gone (id))",
    "CREATE TABLE source (a int)",
    "CREATE VIEW broken AS SELECT a FROM source",
    "DROP TABLE source",
    "CREATE VIEW good AS SELECT customer_id, telephone FROM oc_customer",
    (
        "CREATE TABLE kinds (id bigint UNSIGNED PRIMARY KEY, e enum('a','B'), j json, n int AS (id + 1) STORED, "
        "hidden int INVISIBLE DEFAULT 3, moment timestamp NOT NULL DEFAULT current_timestamp(), note varchar(20) DEFAULT NULL, "
        "about text COMMENT '第一行\\n     *\\n     * 第二行', long_name varchar(600), KEY part (long_name(50)), FULLTEXT KEY words (about))"
    ),
    "CREATE SEQUENCE counting",
)


@pytest.fixture(scope="module")
def nasty(mariadb_url: str, mariadb_module_database: str) -> Iterator[Connection]:
    address = databases.url_of(mariadb_url, mariadb_module_database)
    databases.execute(address, *NASTY)
    engine = create_engine(make_url(address).update_query_dict({"charset": "utf8mb4"}))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="module")
def facts(nasty: Connection, mariadb_module_database: str) -> SchemaFacts:
    return reflect(nasty, mariadb_module_database)


def test_what_is_broken_is_told_and_stops_nothing(facts: SchemaFacts) -> None:
    assert {(finding.code, finding.table) for finding in facts.findings} == {
        ("broken-view", "broken"),
        ("broken-key", "bad_key"),
    }
    assert "good" in facts.tables
    assert "counting" not in facts.tables
    assert facts.tables["ticket"].identity == ()
    assert facts.tables["ticket"].engine == "MyISAM"


def test_columns_are_described_in_the_servers_words(facts: SchemaFacts) -> None:
    kinds = {column.name: column for column in facts.tables["kinds"].columns}
    assert kinds["e"].sql_type == "enum('a','B')"
    assert kinds["id"].sql_type == "bigint(20) unsigned"
    assert kinds["j"].is_json
    assert (kinds["n"].generated, kinds["hidden"].invisible) == (True, True)
    assert (kinds["moment"].has_default, kinds["note"].has_default) == (True, False)
    assert kinds["about"].comment == "第一行 * * 第二行"


def test_an_index_over_the_beginning_of_a_column_serves_no_sort(facts: SchemaFacts) -> None:
    indexes = {index.name: index for index in facts.tables["kinds"].indexes}
    assert (indexes["part"].columns, indexes["part"].prefixed) == ((), "long_name")
    assert indexes["words"].kind == "fulltext"
    assert not facts.tables["kinds"].is_indexed("about")


def test_suggestions_for_a_nasty_schema(nasty: Connection, facts: SchemaFacts) -> None:
    suggestions = infer(facts, best_kind, LegacySamples(nasty, facts.schema))
    relations = {
        (s.entity.table_name, r.columns, r.target)
        for s in suggestions.values()
        for r in s.entity.relations.values()
    }
    department, customer = suggestions["部门"].entity.name, suggestions["客户信息表"].entity.name
    assert relations == {
        ("oc_order", ("customer_id",), "oc-customer"),
        ("部门", ("上级部门",), department),
        ("客户信息表", ("所属部门",), department),
    }
    assert (department, customer) == ("department", "customer")
    assert suggestions["客户信息表"].entity.title == "客户名称"
    assert "hidden" not in suggestions["kinds"].entity.fields
    assert suggestions["a b.c'd\"e%f`g"].entity.name == "a-b-c-d-e-f-g"


def test_five_hundred_tables_take_few_statements_and_little_time(
    mariadb_url: str, mariadb_database: str
) -> None:
    address = databases.url_of(mariadb_url, mariadb_database)
    columns = ", ".join(f"c{number} varchar(20)" for number in range(10))
    databases.execute(
        address,
        *(
            f"CREATE TABLE m{n % 9}_thing_{n} (id int AUTO_INCREMENT PRIMARY KEY, parent_id int, m{n % 9}_thing_{max(n - 9, 0)}_id int, {columns})"
            for n in range(500)
        ),
    )
    engine = create_engine(address)
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_rest: seen.append(statement))
    with engine.connect() as connection:
        started = time.monotonic()
        facts = reflect(connection, mariadb_database)
        read = time.monotonic() - started
        statements = len(seen)
        wiring = wiring_of(infer(facts, best_kind), best_kind)
        inferred = time.monotonic() - started - read
    engine.dispose()
    print(f"500 tables: read in {read:.2f} s with {statements} statements, suggested in {inferred:.2f} s")
    assert len(wiring.entities) == 500
    assert statements < 15
    assert read < 10
    assert inferred < 30


FOUND = {"sakila": (22, 22, 1), "northwind": (20, 21, 3)}
"""Declared relations that are found again without looking at them, of how many, and how many more are claimed."""


@pytest.mark.parametrize("schema", list(FOUND), indirect=True)
def test_declared_relations_are_found_again_without_their_declaration(schema: str) -> None:
    from models.wiring.infer import Inference
    from models.wiring.relations.find import find_relations

    name = str(make_url(schema).database)
    engine = create_engine(schema)
    with engine.connect() as connection:
        facts = reflect(connection, name)
        samples = LegacySamples(connection, name)
        index = Inference(facts, best_kind).index
        candidates = [
            c
            for t in facts.tables.values()
            for c in find_relations(index, t, samples, use_declared=False)
            if c.score >= 0.8
        ]
    engine.dispose()
    declared = {(t.name, k.columns, k.target_table) for t in facts.tables.values() for k in t.foreign_keys}
    claimed = {(c.source.name, c.columns, c.target.name) for c in candidates}
    hit, of, more = len(claimed & declared), len(declared), sorted(claimed - declared)
    print(f"{name}: {hit} of {of} found, claimed beside them: {more}")
    expected = next(numbers for dump, numbers in FOUND.items() if f"_{dump}_" in name)
    assert (hit, of) == expected[:2]
    assert len(more) <= expected[2]


@pytest.mark.parametrize("schema", ["yudao"], indirect=True)
def test_looking_at_a_schema_writes_nothing(schema: str, mariadb_url: str, tmp_path: Path) -> None:
    name = str(make_url(schema).database)
    engine = create_engine(schema)
    with databases.statements(mariadb_url, tmp_path) as lines, engine.connect() as connection:
        facts = reflect(connection, name)
        infer(facts, best_kind, LegacySamples(connection, name))
    engine.dispose()
    verbs = {line.split("Query\t", 1)[1].split(" ")[0].upper() for line in lines if "Query\t" in line}
    assert verbs <= {"SELECT", "SET", "ROLLBACK", "SHOW"}
