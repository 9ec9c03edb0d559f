"""Fixed values: other rows exist for nobody, an administrator neither, and every new row gets the values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

import fields
from app.errors import Invalid, NotAllowed, NotVisible
from models import fixed
from models.catalogue import Catalogue
from models.change import change_with_id
from models.drift.adapt import lessened
from models.explain import those_who_may
from models.guard import RecordSession
from models.legacy.facts import ColumnFacts, TableFacts
from models.organisation_source import _rows
from models.records import read, undo, write
from models.records.transaction import Once
from models.rowtoken import token_for
from models.wiring.document import entity_from_plain, entity_to_plain
from models.wiring.nouns import Entity, Wiring
from models.wiring.renames import with_new_names
from rules import records as seen_by_rules
from tests.models.small_erp import ADMIN, REP, SmallErp, wiring


def fix(erp: SmallErp, values: Mapping[str, Any]) -> Entity:
    """The catalogue with the customers fixed to these values."""
    entities = dict(wiring().entities)
    entities["customer"] = replace(entities["customer"], fixed=values)
    erp.catalogue = Catalogue(Wiring(2, entities), erp.catalogue.schema, fields.column_type)
    return erp.catalogue.entities["customer"]


def once() -> Once:
    return Once()


def ids(session: RecordSession) -> set[int]:
    """Customers in reach, also by an alias and from a subquery."""
    entity = session.policy.catalogue.entities["customer"]
    found = set(session.execute(select(entity.attribute("ID"))).scalars())
    assert set(session.execute(select(aliased(entity.model).c_ID)).scalars()) == found
    inner = select(entity.attribute("ID")).subquery()
    assert (
        set(
            session.execute(
                select(entity.attribute("ID")).where(entity.attribute("ID").in_(select(inner)))
            ).scalars()
        )
        == found
    )
    return found


def test_rows_of_others_exist_for_nobody(erp: SmallErp) -> None:
    customer = fix(erp, {"UNIT": "EAST"})
    assert ids(erp.session(ADMIN)) == {1, 2}
    assert ids(erp.session(REP)) == {1}
    with pytest.raises(NotVisible):
        read.get(erp.session(ADMIN), customer, token_for(customer, {"ID": 3}))
    total = read.total(erp.session(ADMIN), customer, read.Query(["ID"]))
    assert (total.kind, total.number) == ("exact", 2)


def test_a_new_row_gets_the_values_and_nobody_gives_others(erp: SmallErp) -> None:
    customer = fix(erp, {"UNIT": "EAST"})
    session = erp.session(ADMIN)
    saved = write.create(session, customer, {"ID": 9, "NAME": "Di"}, once())
    assert erp.raw("SELECT UNIT FROM {s}.CUSTOMER WHERE ID = 9") == [("EAST",)]
    with erp.engine.connect() as connection:
        change = change_with_id(connection, saved.change_id)
        assert change is not None
        assert change.after["UNIT"] == "EAST"
    with pytest.raises(NotAllowed):
        write.create(session, customer, {"ID": 10, "NAME": "Ed", "UNIT": "WEST"}, once())
    token = token_for(customer, {"ID": 9})
    with pytest.raises(NotAllowed):
        write.change(
            session, customer, token, read.get(session, customer, token).hash, {"UNIT": "WEST"}, once=once()
        )
    assert erp.raw("SELECT COUNT(*) FROM {s}.CUSTOMER WHERE UNIT = 'WEST'") == [(1,)]


def test_a_key_column_can_be_fixed_too(erp: SmallErp) -> None:
    customer = fix(erp, {"ID": "2"})
    assert ids(erp.session(ADMIN)) == {2}
    with pytest.raises(NotAllowed):
        write.create(erp.session(ADMIN), customer, {"ID": 4, "NAME": "Di"}, once())


def test_rows_of_others_are_neither_changed_nor_deleted_nor_brought_back(erp: SmallErp) -> None:
    customer = wiring().entities["customer"]
    whole = erp.catalogue.entities["customer"]
    session = erp.session(ADMIN)
    far = token_for(whole, {"ID": 3})
    gone = write.remove(session, whole, far, read.get(session, whole, far).hash, "", once=once())
    customer = fix(erp, {"UNIT": "EAST"})
    session = erp.session(ADMIN)
    with pytest.raises(NotAllowed):
        undo.undo(session, customer, gone.change_id or 0, once())
    assert erp.raw("SELECT ID FROM {s}.CUSTOMER WHERE ID = 3") == []
    erp.raw("INSERT INTO {s}.CUSTOMER VALUES (3,'Cy','W1','WEST','s3')")
    with pytest.raises(NotVisible):
        write.change(session, customer, far, "", {"NAME": "No"}, once=once())
    with pytest.raises(NotVisible):
        write.remove(session, customer, far, "", "", once=once())
    assert erp.raw("SELECT NAME FROM {s}.CUSTOMER WHERE ID = 3") == [("Cy",)]


def test_a_relation_may_not_lead_to_a_row_of_others(erp: SmallErp) -> None:
    fix(erp, {"UNIT": "EAST"})
    order = erp.catalogue.entities["order"]
    with pytest.raises(Invalid):
        write.create(erp.session(ADMIN), order, {"ID": 99, "CUST": 3}, once())
    assert write.create(erp.session(ADMIN), order, {"ID": 98, "CUST": 2}, once()).token


def test_rules_and_the_organisation_see_no_rows_of_others(erp: SmallErp) -> None:
    customer = fix(erp, {"UNIT": "EAST"})
    tokens = [token_for(customer, {"ID": number}) for number in (1, 3)]
    with erp.engine.connect() as connection:
        assert set(seen_by_rules.read_many(connection, customer, tokens, ["NAME"])) == {tokens[0]}
        path = seen_by_rules.Walk("ID", None, ("NAME",), 10)
        assert [seen.title for seen in seen_by_rules.walk(connection, customer, path)] == ["Ada", "Bo"]
        assert {row[0] for row in _rows(connection, customer, ["ID"])} == {1, 2}
        assert list(those_who_may(connection, [erp.session(ADMIN).policy], customer, tokens[1], "see")) == []


def test_where_the_column_is_gone_nobody_sees_a_row(erp: SmallErp) -> None:
    customer = fix(erp, {"UNIT": "EAST"})
    columns = tuple(
        ColumnFacts(name, "int" if name == "ID" else "varchar(50)") for name in ("ID", "NAME", "OWNER")
    )
    left = lessened(customer, TableFacts("CUSTOMER", columns=columns, primary_key=("ID",)), fields.best_kind)
    assert left.read_only
    erp.catalogue = Catalogue(Wiring(3, {"customer": left}), erp.catalogue.schema, fields.column_type)
    assert ids(erp.session(ADMIN)) == set()
    with erp.engine.connect() as connection:
        assert _rows(connection, erp.catalogue.entities["customer"], ["ID"]) == []


def test_numbers_are_compared_as_numbers(erp: SmallErp) -> None:
    customer = fix(erp, {"ID": "1", "UNIT": "EAST"})
    assert fixed.given(customer) == {"ID": 1, "UNIT": "EAST"}


def test_the_values_are_kept_in_documents_and_follow_a_new_name() -> None:
    customer = replace(wiring().entities["customer"], fixed={"UNIT": "EAST"})
    assert entity_from_plain("customer", entity_to_plain(customer)).fixed == {"UNIT": "EAST"}
    assert with_new_names(customer, {"UNIT": "DEPT"}).fixed == {"DEPT": "EAST"}
