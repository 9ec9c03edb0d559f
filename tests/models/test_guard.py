"""Nothing passes the guard that the policy does not give."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.errors import NotVisible
from models.guard import GuardRefused, RecordSession
from models.records import read
from tests.models.small_erp import ADMIN, MANAGER, REP, STRANGER, SmallErp

REACH = [(ADMIN, {1, 2, 3}), (MANAGER, {1, 2}), (REP, {1}), (STRANGER, set())]


def ids(session: RecordSession, name: str) -> set[int]:
    entity = session.policy.catalogue.entities[name]
    return set(session.execute(select(entity.attribute("ID"))).scalars())


@pytest.mark.parametrize(("actor", "expected"), REACH, ids=lambda v: getattr(v, "username", ""))
def test_rows_by_actor(erp: SmallErp, actor: Actor, expected: set[int]) -> None:
    session = erp.session(actor)
    assert ids(session, "customer") == expected
    assert ids(session, "order") == {i * 10 for i in expected}, "orders follow their customer"


@pytest.mark.parametrize(("actor", "expected"), REACH, ids=lambda v: getattr(v, "username", ""))
def test_every_shape_of_statement_is_narrowed(erp: SmallErp, actor: Actor, expected: set[int]) -> None:
    session = erp.session(actor)
    customer = erp.catalogue.entities["customer"]
    key, other = customer.attribute("ID"), aliased(customer.model)
    counted = select(func.count(key))
    assert session.scalar(counted) == len(expected)
    assert session.scalar(select(func.max(key))) == max(expected, default=None)
    assert set(session.execute(select(other.c_ID)).scalars()) == expected
    inner = select(key).where(key > 0)
    assert set(session.execute(select(key).where(key.in_(inner))).scalars()) == expected
    order = erp.catalogue.entities["order"]
    joined = select(order.attribute("ID")).join(customer.model, order.attribute("CUST") == key)
    if actor is STRANGER:
        with pytest.raises(NotVisible):
            session.execute(joined)
    else:
        assert set(session.execute(joined).scalars()) == {i * 10 for i in expected}


def test_a_hidden_column_is_unknown_everywhere(erp: SmallErp) -> None:
    session, customer = erp.session(REP), erp.catalogue.entities["customer"]
    key, secret = customer.attribute("ID"), customer.attribute("SECRET")
    shapes = [
        select(secret),
        select(key).where(secret == "s1"),
        select(key).order_by(secret),
        select(func.max(secret)),
        select(func.count(key)).group_by(secret),
        select(key).where(key.in_(select(key).where(secret.like("s%")))),
        select(aliased(customer.model).c_SECRET),
    ]
    for statement in shapes:
        with pytest.raises(NotVisible):
            session.execute(statement)


def test_a_masked_value_shows_a_part_and_cannot_be_filtered_by(erp: SmallErp) -> None:
    session, customer = erp.session(MANAGER), erp.catalogue.entities["customer"]
    assert read.get(session, customer, "1").values["SECRET"] == "s**"
    query = read.Query(("NAME",), {"field": "SECRET", "op": "eq", "value": "s1"})
    with pytest.raises(NotVisible):
        read.page(session, customer, query)


def test_what_the_guard_cannot_read_does_not_run(erp: SmallErp) -> None:
    session, customer = erp.session(ADMIN), erp.catalogue.entities["customer"]
    refused = [
        text("SELECT 1"),
        select(customer.table.c.ID),
        customer.table.update().values(NAME="x"),
        select(customer.attribute("ID")).where(text("1=1")),
        select(customer.model),
        select(aliased(customer.model)),
        select(customer.attribute("ID")).where(
            customer.attribute("ID").in_(select(select(customer.model).subquery().c[0]))
        ),
    ]
    for statement in refused:
        with pytest.raises(GuardRefused):
            session.execute(statement)
    session.add(customer.model())
    with pytest.raises(GuardRefused):
        session.flush()


def test_nobody_sees_a_record_out_of_reach(erp: SmallErp) -> None:
    customer = erp.catalogue.entities["customer"]
    missing = _sentence(erp, REP, customer, "99")
    assert _sentence(erp, REP, customer, "3") == missing, "gone and forbidden have the same words"


def _sentence(erp: SmallErp, actor: Actor, customer: object, token: str) -> str:
    with pytest.raises(NotVisible) as refusal:
        read.get(erp.session(actor), customer, token)  # type: ignore[arg-type]
    return str(refusal.value)
