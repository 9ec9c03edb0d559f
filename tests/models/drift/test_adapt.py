"""What is left of a wiring over a changed schema: never more than before, and never a write that nobody meant."""

from dataclasses import replace

import pytest

import fields
from app.actor import Actor
from fields import best_kind
from models.catalogue import Catalogue
from models.drift.adapt import adapted, overrides_of
from models.drift.changes import changes
from models.drift.plain import table_from_plain, table_to_plain
from models.legacy.facts import SchemaFacts, TableFacts
from models.organisation_source import is_disturbed
from models.policy import AccessRule, Policy
from models.wiring.infer import infer, wiring_of
from models.wiring.nouns import Entity, Wiring
from tests.models.wiring.schema import schema, table

FACTS = schema(
    table("staff", "id int ! +", "name varchar(50) !"),
    table("dept", "id int ! +", "name varchar(50) !"),
    table(
        "customers", "id int ! +", "name varchar(50) !", "owner_id int", "dept_id int", "del_flag char(1) # 删除标志 0正常 1删除",
        "level varchar(2) # A大 B小",
    ),
    table("orders", "id int ! +", "customer_id int", "owner_id int", "amount decimal(10,2)"),
)  # fmt: skip


def wired() -> Wiring:
    made = wiring_of(infer(FACTS, best_kind), best_kind)
    customers = replace(made.entities["customers"], owner="owner_id", unit="dept_id", title="name")
    orders = replace(
        made.entities["orders"], owner="owner_id", parent=next(iter(made.entities["orders"].relations))
    )
    return Wiring(1, {**made.entities, "customers": customers, "orders": orders})


def without(facts: SchemaFacts, name: str, *columns: str) -> SchemaFacts:
    held = facts.tables[name]
    left = replace(held, columns=tuple(c for c in held.columns if c.name not in columns))
    if set(held.primary_key) & set(columns):
        left = replace(left, primary_key=(), indexes=())
    return replace(facts, tables={**facts.tables, name: left})


def served(facts: SchemaFacts, wiring: Wiring | None = None) -> tuple[Wiring, dict[str, Entity]]:
    wiring = wiring or wired()
    found = adapted(wiring, overrides_of(wiring, facts.tables), best_kind)
    return found.wiring, dict(found.gone)


def policy(wiring: Wiring, scope: str) -> Policy:
    bound = Catalogue(wiring, "legacy", fields.column_type)
    rules = tuple(AccessRule("Sales", "*", action, scope) for action in ("see", "change", "delete"))
    actor = Actor(1, "rep", frozenset({"Sales"}), "7", frozenset({"EAST"}), frozenset({"EAST"}))
    return Policy(actor, bound, rules)


def rows(wiring: Wiring, name: str, scope: str) -> str:
    found = policy(wiring, scope)
    text = str(found.rows(found.catalogue.entities[name], "see"))
    return " ".join(text.split())


def test_a_schema_as_it_was_wired_changes_nothing() -> None:
    wiring = wired()
    assert overrides_of(wiring, FACTS.tables) == {}
    assert adapted(wiring, {}, best_kind).wiring is wiring
    assert changes(wiring, FACTS.tables, FACTS.tables) == []


def test_without_its_owner_a_child_does_not_fall_back_to_its_parent() -> None:
    assert "owner_id" in rows(wired(), "orders", "own")
    left, _gone = served(without(FACTS, "orders", "owner_id"))
    assert (left.entities["orders"].owner, left.entities["orders"].parent) == ("", "")
    assert rows(left, "orders", "own") == "false"


def test_without_owner_and_unit_nobody_but_those_who_see_all_sees_anything() -> None:
    left, _gone = served(without(FACTS, "customers", "owner_id", "dept_id"))
    assert rows(left, "customers", "own") == "false"
    assert rows(left, "customers", "below") == "false"
    assert rows(left, "customers", "all") == "true"


def test_without_its_owner_the_unit_alone_counts() -> None:
    left, _gone = served(without(FACTS, "customers", "owner_id"))
    assert rows(left, "customers", "own") == "false"
    assert "dept_id" in rows(left, "customers", "unit")


def test_a_parent_that_lost_its_owner_shows_no_children() -> None:
    wiring = wired()
    orders = replace(wiring.entities["orders"], owner="")
    wiring = Wiring(1, {**wiring.entities, "orders": orders})
    left, _gone = served(without(FACTS, "customers", "owner_id", "dept_id"), wiring)
    assert rows(left, "orders", "own").endswith("AND false)") or rows(left, "orders", "own") == "false"


def test_without_the_delete_flag_nothing_is_written() -> None:
    assert wired().entities["customers"].delete_flag
    left, _gone = served(without(FACTS, "customers", "del_flag"))
    customers = left.entities["customers"]
    assert (dict(customers.delete_flag), customers.read_only) == ({}, "drift")
    assert not policy(left, "all").may(customers, "delete")
    assert policy(left, "all").may(customers, "see")


def test_without_its_key_a_table_is_read_only() -> None:
    left, _gone = served(without(FACTS, "customers", "id"))
    assert (left.entities["customers"].key, left.entities["customers"].read_only) == ((), "no-key")


def test_columns_that_are_no_key_any_more_tell_no_rows_apart() -> None:
    bare = replace(FACTS.tables["customers"], primary_key=(), indexes=())
    facts = replace(FACTS, tables={**FACTS.tables, "customers": bare})
    left, _gone = served(facts)
    assert (left.entities["customers"].key, left.entities["customers"].read_only) == ((), "no-key")
    found = changes(wired(), FACTS.tables, facts.tables)
    assert [(one.kind, one.column) for one in found] == [("key-dropped", "id")]


def test_the_title_falls_back_and_relations_to_what_is_lost_fall_asleep() -> None:
    left, _gone = served(without(FACTS, "customers", "name"))
    assert left.entities["customers"].title in {"id", "level"}
    assert left.entities["customers"].lost.keys() == {"name"}
    left, _gone = served(without(FACTS, "customers", "id"))
    orders = left.entities["orders"]
    assert all(r.target != "customers" for r in orders.relations.values())
    assert orders.fields["customer_id"].kind == "integer"
    assert orders.parent == ""


@pytest.mark.parametrize("is_there", [False, True])
def test_a_table_without_any_of_its_columns_is_gone(is_there: bool) -> None:
    held = FACTS.tables["dept"]
    renamed = replace(
        held, columns=tuple(replace(c, name="x_" + c.name) for c in held.columns), primary_key=(), indexes=()
    )
    tables = (
        {**FACTS.tables, "dept": renamed}
        if is_there
        else {k: v for k, v in FACTS.tables.items() if k != "dept"}
    )
    left, gone = served(replace(FACTS, tables=tables))
    assert gone.keys() == {"dept"}
    assert "dept" not in left.entities
    assert left.entities["customers"].fields["dept_id"].kind == "integer"
    Catalogue(left, "legacy", fields.column_type)


def test_facts_come_back_from_the_overlay_as_they_were() -> None:
    for one in FACTS.tables.values():
        again: TableFacts = table_from_plain(table_to_plain(one))
        assert again == replace(one, row_estimate=0, foreign_keys=())


@pytest.mark.parametrize(("table_name", "column"), [("dept", "name"), ("staff", "id")])
def test_the_organisation_is_not_read_from_what_has_lost_a_column(table_name: str, column: str) -> None:
    wiring = wired()
    roles = {"dept": "organisation", "staff": "employee"}
    entities = {n: replace(e, role=roles.get(n, e.role)) for n, e in wiring.entities.items()}
    wiring = Wiring(1, entities)
    whole = Catalogue(wiring, "legacy", fields.column_type)
    left, gone = served(without(FACTS, table_name, column), wiring)
    assert not is_disturbed(whole)
    assert is_disturbed(Catalogue(left, "legacy", fields.column_type, gone=gone))
    rest = {name: entity for name, entity in wiring.entities.items() if name != table_name}
    assert is_disturbed(
        Catalogue(Wiring(1, rest), "legacy", fields.column_type, gone={table_name: entities[table_name]})
    )
