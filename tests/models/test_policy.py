"""Scopes, denials, conditions and rights cell by cell, on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.errors import NotAllowed, NotVisible
from fields import column_type
from models import organisation, organisation_rebuild
from models.access import policy_of
from models.catalogue import Catalogue
from models.grants import AccessRule, FieldRule, access_table, right_table
from models.guard import RecordSession
from models.person import Person
from models.policy import Policy
from models.records import read, write
from models.records.transaction import Once
from tests.models.small_erp import ADMIN, SmallErp, wiring

E1 = Actor(1, "e1", frozenset({"A", "B"}), "E1", frozenset({"EAST"}), frozenset({"EAST"}))
EVERYBODY = {1, 2, 3}


def session(
    erp: SmallErp, *rules: AccessRule, rights: tuple[FieldRule, ...] = (), person: Person | None = None
) -> RecordSession:
    """E1's session under these rules."""
    made = RecordSession(erp.engine, Policy(E1, erp.catalogue, rules, rights, person or Person()))
    erp.opened.append(made)
    return made


def grant(role: str, action: str, scope: str, **more: Any) -> AccessRule:
    """A rule for all entities, or for the one named."""
    entity = more.pop("entity", "*")
    return AccessRule(role, entity, action, scope, **more)


def rule(field: str, op: str, value: Any = None) -> str:
    """A condition as it is kept."""
    leaf = {"field": field, "op": op} | ({} if value is None else {"value": value})
    return json.dumps(leaf)


def ids(opened: RecordSession, name: str = "customer") -> set[int]:
    """Keys in reach."""
    entity = opened.policy.catalogue.entities[name]
    found = set(opened.execute(select(entity.attribute("ID"))).scalars())
    assert set(opened.execute(select(aliased(entity.model).c_ID)).scalars()) == found, (
        "an alias reaches no more"
    )
    return found


SCOPES = [
    ((), set()),
    ((grant("A", "see", "own"),), {1}),
    ((grant("A", "see", "subordinates"),), {1, 2}),
    ((grant("A", "see", "unit"),), {1, 2}),
    ((grant("A", "see", "units", units=("WEST",)),), {3}),
    ((grant("A", "see", "own"), grant("B", "see", "units", units=("WEST",))), {1, 3}),
    ((grant("A", "see", "region"),), {1, 2}),
    ((grant("A", "see", "region"), grant("B", "see", "own")), {1, 2}),
    ((grant("A", "see", "all"),), EVERYBODY),
    ((grant("A", "see", "all"), grant("B", "see", "nobody")), set()),
    ((grant("A", "see", "nobody"), grant("A", "see", "own")), set()),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "expected"), SCOPES, ids=str)
def test_rows_by_scope_for_parents_and_children(
    erp: SmallErp, rules: tuple[AccessRule, ...], expected: set[int]
) -> None:
    opened = session(erp, *rules, person=Person(subordinates=("E2",)))
    assert ids(opened) == expected
    assert ids(opened, "order") == {number * 10 for number in expected}, "orders follow their customer"


def test_a_region_is_told_by_its_own_column_where_there_is_one(erp: SmallErp) -> None:
    made = wiring()
    zoned = replace(made.entities["customer"], region="SECRET")
    catalogue = Catalogue(
        replace(made, entities=made.entities | {"customer": zoned}), erp.catalogue.schema, column_type
    )
    here = replace(erp, catalogue=catalogue)
    for regions, expected in ((("s3",), {3}), (("s1", "s3"), {1, 3}), ((), set())):
        opened = session(here, grant("A", "see", "region"), person=Person(regions=regions))
        assert ids(opened) == expected
        assert ids(opened, "order") == {number * 10 for number in expected}


CONDITIONS = [
    (rule("UNIT", "eq", "WEST"), {3}),
    (rule("UNIT", "in", {"actor": "units"}), {1, 2}),
    (rule("UNIT", "eq", {"actor": "regions"}), {3}),
    (rule("UNIT", "ne", {"actor": "regions"}), {1, 2}),
    (rule("OWNER", "not_in", {"actor": "subordinates"}), set()),
    (rule("OWNER", "eq", {"actor": "password"}), set()),
    (json.dumps({"not": {"field": "OWNER", "op": "in", "value": {"actor": "subordinates"}}}), set()),
    (rule("NOPE", "eq", "1"), set()),
    (json.dumps({"and": "broken"}), set()),
]  # fmt: skip


@pytest.mark.parametrize(("matching", "expected"), CONDITIONS, ids=str)
def test_rows_by_a_condition(erp: SmallErp, matching: str, expected: set[int]) -> None:
    opened = session(erp, grant("A", "see", "rule", matching=matching), person=Person(regions=("WEST",)))
    assert ids(opened) == expected


def test_a_condition_follows_relations_whoever_may_see_what_is_behind(erp: SmallErp) -> None:
    path = grant(
        "A", "see", "rule", entity="order", matching=rule("customer.UNIT", "in", {"actor": "regions"})
    )
    opened = session(erp, path, person=Person(regions=("WEST",)))
    assert ids(opened, "order") == {30}
    assert ids(opened) == set()


def test_a_role_s_fields_count_on_its_own_rows_alone(erp: SmallErp) -> None:
    own, unit = grant("A", "see", "own"), grant("B", "see", "unit")
    for right, shown in (("hidden", "***"), ("masked", "s**")):
        opened = session(erp, own, unit, rights=(FieldRule("B", "customer", "SECRET", right),))
        customer = erp.catalogue.entities["customer"]
        found = read.page(opened, customer, read.Query(("NAME", "SECRET"), sort=(("ID", False),))).records
        assert [(r.values["NAME"], r.values["SECRET"]) for r in found] == [("Ada", "s1"), ("Bo", shown)]
        assert read.get(opened, customer, "1").values["SECRET"] == "s1"
        assert read.get(opened, customer, "2").values["SECRET"] == shown
        for query in (
            read.Query(("NAME",), {"field": "SECRET", "op": "eq", "value": "s2"}),
            read.Query(("NAME",), sort=(("SECRET", False),)),
        ):
            with pytest.raises(NotVisible):
                read.page(opened, customer, query)


def test_a_field_open_on_all_rows_stays_open(erp: SmallErp) -> None:
    whole, own = grant("A", "see", "all"), grant("B", "see", "own")
    opened = session(erp, whole, own, rights=(FieldRule("B", "customer", "SECRET", "hidden"),))
    customer = erp.catalogue.entities["customer"]
    assert opened.policy.is_open(customer, "SECRET")
    query = read.Query(("NAME",), {"field": "SECRET", "op": "eq", "value": "s2"})
    assert [r.values["NAME"] for r in read.page(opened, customer, query).records] == ["Bo"]


def test_a_column_hidden_on_some_rows_is_not_read_without_its_flags(erp: SmallErp) -> None:
    rules = (grant("A", "see", "own"), grant("B", "see", "unit"))
    opened = session(erp, *rules, rights=(FieldRule("B", "customer", "SECRET", "hidden"),))
    customer = erp.catalogue.entities["customer"]
    with pytest.raises(NotVisible):
        opened.execute(select(customer.attribute("SECRET")))


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (FieldRule("A", "customer", "SECRET", "hidden", rule("UNIT", "eq", "WEST")), ["s1", "s2", "***"]),
        (FieldRule("A", "customer", "SECRET", "masked", rule("OWNER", "ne", "E1")), ["s1", "s**", "s**"]),
        (FieldRule("A", "customer", "SECRET", "masked", rule("NOPE", "eq", "1")), ["s**", "s**", "s**"]),
        (FieldRule("B", "customer", "SECRET", "never"), None),
        (FieldRule("B", "customer", "SECRET", "never", rule("NAME", "eq", "bo")), ["s1", "***", "s3"]),
    ],
    ids=str,
)
def test_a_right_by_condition_and_a_denial(
    erp: SmallErp, limit: FieldRule, expected: list[str] | None
) -> None:
    opened = session(erp, grant("A", "see", "all"), grant("B", "see", "own"), rights=(limit,))
    opened = session(erp, grant("A", "see", "all"), rights=(limit,)) if limit.role == "A" else opened
    customer = erp.catalogue.entities["customer"]
    if expected is None:
        assert "SECRET" not in opened.policy.visible(customer)
        return
    found = read.page(opened, customer, read.Query(("SECRET",), sort=(("ID", False),))).records
    assert [record.values["SECRET"] for record in found] == expected


def test_an_unknown_comparison_takes_the_right_away(erp: SmallErp) -> None:
    erp.raw("UPDATE {s}.CUSTOMER SET UNIT=NULL WHERE ID=2")
    limit = FieldRule("A", "customer", "SECRET", "hidden", rule("UNIT", "eq", "WEST"))
    opened = session(erp, grant("A", "see", "all"), rights=(limit,))
    assert read.get(opened, erp.catalogue.entities["customer"], "2").values["SECRET"] == "***"


def test_a_field_is_written_where_it_may_be(erp: SmallErp) -> None:
    rules = (
        *(grant("A", action, "own") for action in ("see", "change")),
        *(grant("B", action, "unit") for action in ("see", "create", "change")),
    )
    for right in ("read", "masked", "hidden"):
        opened = session(erp, *rules, rights=(FieldRule("B", "customer", "SECRET", right),))
        customer = erp.catalogue.entities["customer"]
        with pytest.raises(NotAllowed):
            write.change(opened, customer, "2", "", {"SECRET": "x"}, once=Once())
        with pytest.raises(NotAllowed):
            write.create(opened, customer, {"NAME": "New", "UNIT": "EAST", "SECRET": "x"}, Once())
        write.change(opened, customer, "1", "", {"SECRET": right}, once=Once())
        assert erp.raw("SELECT SECRET FROM {s}.CUSTOMER WHERE ID IN (1,2) ORDER BY ID") == [(right,), ("s2",)]


def test_what_is_changed_must_be_seen(erp: SmallErp) -> None:
    rules = (grant("A", "see", "own"), grant("B", "change", "unit"))
    customer = erp.catalogue.entities["customer"]
    with pytest.raises(NotVisible):
        write.change(session(erp, *rules), customer, "2", "", {"NAME": "x"}, once=Once())
    with pytest.raises(NotAllowed):
        write.change(session(erp, rules[1]), customer, "2", "", {"NAME": "x"}, once=Once())


def test_moving_out_of_reach_needs_the_right_to_transfer(erp: SmallErp) -> None:
    keep = tuple(grant("A", action, "own") for action in ("see", "change"))
    customer = erp.catalogue.entities["customer"]
    with pytest.raises(NotAllowed):
        write.change(session(erp, *keep), customer, "1", "", {"OWNER": "W1"}, once=Once())
    opened = session(erp, *keep, grant("A", "transfer", "units", units=("WEST",)))
    with pytest.raises(NotAllowed):
        write.change(opened, customer, "1", "", {"OWNER": "W1"}, once=Once())
    opened = session(erp, *keep, grant("A", "transfer", "own"))
    saved = write.change(opened, customer, "1", "", {"OWNER": "W1"}, once=Once())
    assert (saved.token, erp.raw("SELECT OWNER FROM {s}.CUSTOMER WHERE ID=1")) == ("1", [("W1",)])
    with pytest.raises(NotVisible):
        read.get(opened, customer, "1")


def test_an_administrator_s_statement_has_nothing_added(erp: SmallErp) -> None:
    customer = erp.catalogue.entities["customer"]
    for actor in (ADMIN, E1):
        policy = Policy(actor, erp.catalogue, (grant("A", "see", "own"),))
        assert policy.cells(customer).flags == ()
        assert hash(policy)


def test_the_overlay_gives_subordinates_chosen_units_and_regions(erp: SmallErp) -> None:
    units = [organisation.Unit("ALL", "All", None, "BOSS"), organisation.Unit("EAST", "East", "ALL", "E1")]
    staff = [organisation.Staff("E1", "One", "EAST"), organisation.Staff("E2", "Two", "EAST")]
    with erp.engine.begin() as connection:
        organisation_rebuild.rebuild(connection, units, staff)
        connection.execute(
            access_table.insert(),
            [
                {"role": "A", "entity": "*", "action": "see", "scope": "subordinates", "units": None},
                {"role": "B", "entity": "*", "action": "export", "scope": "units", "units": "ALL"},
                {"role": "B", "entity": "*", "action": "delete", "scope": "later", "units": None},
            ],
        )
        connection.execute(right_table.insert().values(role="A", entity="customer", field="NAME", right="?"))
        made = policy_of(connection, E1, erp.catalogue)
    customer = erp.catalogue.entities["customer"]
    assert made.person.subordinates == ("E1", "E2")
    assert {rule.units for rule in made.access} == {(), ("ALL", "EAST")}
    assert not made.may(customer, "delete"), "what is not known denies"
    assert made.right(customer, "NAME") == "hidden"
    assert made.fingerprint != Policy(E1, erp.catalogue, made.access, made.rights).fingerprint


@pytest.mark.parametrize("listed", [200, 0], ids=["listed", "asked of the tree"])
@pytest.mark.parametrize(
    ("scope", "expected"), [("subordinates", {1, 2}), ("below", {1, 2}), ("units", {1, 2}), ("unit", {1, 2})]
)
def test_a_tree_gives_the_same_rows_whether_it_is_listed_or_asked(
    erp: SmallErp, monkeypatch: pytest.MonkeyPatch, listed: int, scope: str, expected: set[int]
) -> None:
    monkeypatch.setattr("models.organisation.LISTED", listed)
    monkeypatch.setattr("models.person.LISTED", listed)
    units = [organisation.Unit("ALL", "All"), organisation.Unit("EAST", "East", "ALL", "E1")]
    staff = [organisation.Staff("E1", "One", "EAST", 1), organisation.Staff("E2", "Two", "EAST")]
    given = {"role": "A", "entity": "*", "action": "see", "scope": scope, "units": "EAST"}
    with erp.engine.begin() as connection:
        organisation_rebuild.rebuild(connection, units, staff)
        connection.execute(access_table.insert().values(given))
        at = organisation.place_of(connection, 1)
        assert organisation.places_of(connection, [1, 9]) == {
            1: at,
            9: organisation.place_of(connection, 9),
        }
        actor = Actor(1, "e1", frozenset("A"), at.employee, at.units, at.units_below, at.reaches_many)
        made = policy_of(connection, actor, erp.catalogue)
    assert at.reaches_many is (listed == 0)
    opened = RecordSession(erp.engine, made)
    erp.opened.append(opened)
    assert ids(opened) == expected
    assert ids(opened, "order") == {number * 10 for number in expected}


def test_a_condition_with_too_many_subordinates_gives_nothing(
    erp: SmallErp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of them would be worse: "not one of my subordinates" would give rows that it must not."""
    monkeypatch.setattr("models.person.MOST", 1)
    monkeypatch.setattr("models.person.LISTED", 0)
    units = [organisation.Unit("EAST", "East", None, "E1")]
    staff = [organisation.Staff("E1", "One", "EAST", 1), organisation.Staff("E2", "Two", "EAST")]
    matching = rule("OWNER", "not_in", {"actor": "subordinates"})
    with erp.engine.begin() as connection:
        organisation_rebuild.rebuild(connection, units, staff)
        row = {"role": "A", "entity": "*", "action": "see", "scope": "rule", "matching": matching}
        connection.execute(access_table.insert().values(row))
        made = policy_of(connection, E1, erp.catalogue)
    opened = RecordSession(erp.engine, made)
    erp.opened.append(opened)
    assert ids(opened) == set()


@pytest.mark.parametrize("listed", [200, 0], ids=["listed", "asked of the tree"])
def test_the_tree_is_asked_by_flags_and_by_writes_too(
    erp: SmallErp, monkeypatch: pytest.MonkeyPatch, listed: int
) -> None:
    """Rights on fields differ between the rows of two roles, and a row out of reach is not written."""
    monkeypatch.setattr("models.organisation.LISTED", listed)
    monkeypatch.setattr("models.person.LISTED", listed)
    units = [organisation.Unit("ALL", "All"), organisation.Unit("EAST", "East", "ALL", "E1")]
    staff = [organisation.Staff("E1", "One", "EAST", 1), organisation.Staff("E2", "Two", "EAST")]
    given = [
        {"role": role, "entity": "*", "action": action, "scope": scope}
        for role, scope in (("A", "own"), ("B", "subordinates"))
        for action in ("see", "change")
    ]
    with erp.engine.begin() as connection:
        organisation_rebuild.rebuild(connection, units, staff)
        connection.execute(access_table.insert(), given)
        connection.execute(
            right_table.insert().values(role="B", entity="customer", field="SECRET", right="masked")
        )
        at = organisation.place_of(connection, 1)
        actor = Actor(1, "e1", frozenset("AB"), at.employee, at.units, at.units_below, at.reaches_many)
        made = policy_of(connection, actor, erp.catalogue)
    assert bool(made.person.heads) is (listed == 0)
    opened = RecordSession(erp.engine, made)
    erp.opened.append(opened)
    customer = erp.catalogue.entities["customer"]
    found = read.page(opened, customer, read.Query(("NAME", "SECRET"), sort=(("ID", False),))).records
    assert [(one.token, str(one.values["SECRET"])) for one in found] == [("1", "s1"), ("2", "s**")]
    write.change(opened, customer, "2", "", {"NAME": "Bob"}, once=Once())
    assert read.get(opened, customer, "2", ["NAME"]).values["NAME"] == "Bob"
    with pytest.raises(NotVisible):
        write.change(opened, customer, "3", "", {"NAME": "Cyd"}, once=Once())
    with pytest.raises(NotAllowed, match="out of your reach"):
        write.change(opened, customer, "2", "", {"OWNER": "W1"}, once=Once())
