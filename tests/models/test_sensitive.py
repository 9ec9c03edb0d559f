"""Numbers of people and accounts are masked for every role, unless a right on the field says otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

import fields as kinds
from app.actor import Actor
from app.errors import NotAllowed, NotVisible
from models.catalogue import Catalogue
from models.guard import RecordSession
from models.policy import FieldRule, Policy
from models.records import read, write
from models.records.transaction import Once
from models.wiring.nouns import Wiring
from tests.models.small_erp import ADMIN, MANAGER, REP, RULES, SmallErp, wiring

BOTH = Actor(9, "both", frozenset({"Sales", "Manager"}), "E1", frozenset({"EAST"}), frozenset({"EAST"}))


def sensitive(erp: SmallErp) -> Catalogue:
    """The catalogue with customers whose secret is a sensitive number."""
    made = wiring()
    customer = made.entities["customer"]
    customer.fields["SECRET"] = replace(customer.fields["SECRET"], sensitive=True)
    return Catalogue(Wiring(1, dict(made.entities)), erp.catalogue.schema, kinds.column_type)


def policy(catalogue: Catalogue, actor: Actor, *limits: FieldRule) -> Policy:
    rules = tuple(rule for rule in RULES if rule.role in actor.roles)
    return Policy(actor, catalogue, rules, limits)


def test_a_sensitive_field_is_masked_by_default_and_open_to_administrators(erp: SmallErp) -> None:
    catalogue = sensitive(erp)
    customer = catalogue.entities["customer"]
    for actor in (REP, MANAGER, BOTH):
        assert policy(catalogue, actor).right(customer, "SECRET") == "masked"
        assert not policy(catalogue, actor).is_open(customer, "SECRET")
    assert policy(catalogue, REP).right(customer, "NAME") == "edit"
    assert policy(catalogue, ADMIN).right(customer, "SECRET") == "edit"


def test_a_right_on_the_field_counts_instead(erp: SmallErp) -> None:
    catalogue = sensitive(erp)
    customer = catalogue.entities["customer"]
    for right in ("edit", "read", "hidden"):
        rule = FieldRule("Sales", "customer", "SECRET", right)
        assert policy(catalogue, REP, rule).right(customer, "SECRET") == right
    sometimes = FieldRule("Sales", "customer", "SECRET", "hidden", '{"field":"ID","op":"eq","value":1}')
    assert policy(catalogue, REP, sometimes).right(customer, "SECRET") == "masked"


def test_what_is_masked_can_be_neither_found_by_nor_written(erp: SmallErp) -> None:
    catalogue = sensitive(erp)
    customer = catalogue.entities["customer"]
    with RecordSession(erp.engine, policy(catalogue, REP)) as session:
        assert str(read.get(session, customer, "1").values["SECRET"]) != "s1"
        with pytest.raises(NotVisible):
            read.page(session, customer, read.Query(("ID",), {"field": "SECRET", "op": "eq", "value": "s1"}))
        with pytest.raises(NotAllowed):
            write.change(session, customer, "1", "", {"SECRET": "x"}, once=Once())
    assert erp.raw("SELECT SECRET FROM {s}.CUSTOMER WHERE ID = 1") == [("s1",)]
