"""Charts that any wired schema can have: each recipe looks for the columns it needs and gives none without them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from charts import columns
from charts.nouns import Chart
from fields.options import options
from models.policy import Policy
from models.wiring.nouns import Entity, Label

ENDED = r"clos|resolv|done|complet|finish|cancel|reject|solved|关闭|解决|完成|取消|作废|结束|拒绝"

NOUNS = {
    "order": Label("orders", "订单"),
    "customer": Label("customers", "客户"),
    "payment": Label("payments", "收款"),
    "ticket": Label("tickets", "工单"),
}
"""What things of a role are called in a title: a legacy table's own name seldom fits into a sentence."""
Recipe = Callable[[Policy], Chart | None]


def main_entity(policy: Policy, role: str) -> Entity | None:
    """The entity of a role that the person may see and that tells most; None when there is none."""
    found = [entity for entity in policy.catalogue.by_role(role) if policy.may(entity, "see")]
    return max(found, key=_weight, default=None)


def _weight(entity: Entity) -> tuple[int, int]:
    known = (columns.begun(entity), columns.status(entity), columns.amount(entity), columns.owner(entity))
    return (sum(1 for name in known if name), 1 if entity.key else 0)


def _chart(
    policy: Policy, entity: Entity | None, key: str, kind: str, title: tuple[str, str], **settings: Any
) -> Chart | None:
    """The chart when every field it names is there and open to the person. `title` holds {name} for the things of its role."""
    width = settings.pop("width", "half")
    if entity is None or not all(_is_open(policy, entity, value) for value in settings.values()):
        return None
    nouns = NOUNS[entity.role]
    label = Label(_capital(title[0].format(name=nouns.en)), title[1].format(name=nouns.zh))
    return Chart(
        key, kind, entity.name, label, width=width, settings={k: v for k, v in settings.items() if v}
    )


def _is_open(policy: Policy, entity: Entity, value: Any) -> bool:
    """Settings that name a field must name one; the empty ones were given as "needed, but not found" by None."""
    if value is None:
        return False
    name = value.partition(":")[2] or value if isinstance(value, str) else ""
    return name not in entity.fields or policy.is_open(entity, name)


def _sum(entity: Entity | None) -> str:
    name = columns.amount(entity) if entity else ""
    return f"sum:{name}" if name else "count"


def _needed(find: Callable[[Entity], str], entity: Entity | None) -> str | None:
    return (find(entity) or None) if entity else None


def sales_this_month(policy: Policy) -> Chart | None:
    order = main_entity(policy, "order")
    amount = _needed(columns.amount, order)
    date = _needed(columns.begun, order)
    title = ("Value of {name} this month", "本月{name}金额")
    return _chart(policy, order, "sales", "stat", title, date=date, measure=amount and f"sum:{amount}")


def count_this_month(role: str) -> Recipe:
    """New things of a role since the first of the month."""

    def recipe(policy: Policy) -> Chart | None:
        entity = main_entity(policy, role)
        title = ("New {name} this month", "本月新增{name}")
        return _chart(policy, entity, f"new-{role}", "stat", title, date=_needed(columns.begun, entity))

    return recipe


def received_this_month(policy: Policy) -> Chart | None:
    payment = main_entity(policy, "payment")
    amount, date = _needed(columns.amount, payment), _needed(columns.begun, payment)
    title = ("Received this month", "本月收款")
    return _chart(policy, payment, "received", "stat", title, date=date, measure=amount and f"sum:{amount}")


def tickets_open(policy: Policy) -> Chart | None:
    ticket = main_entity(policy, "ticket")
    title = ("Open {name}", "未完成{name}")
    return _chart(policy, ticket, "open-tickets", "stat", title, filter=open_condition(ticket))


def tickets_overdue(policy: Policy) -> Chart | None:
    """By the entity's own due date, else by the clocks of the rules."""
    ticket = main_entity(policy, "ticket")
    due, title = _needed(columns.due, ticket), ("Overdue {name}", "超时{name}")
    if ticket is None or due is None:
        usable = ticket if ticket and len(ticket.key) == 1 else None
        return _chart(policy, usable, "overdue-tickets", "overdue", title)
    late = {"field": due, "op": "within", "value": "overdue"}
    still = (open_condition(ticket) or {}).get("and", [])
    filter_ = {"and": [late, *still]}
    return _chart(policy, ticket, "overdue-tickets", "stat", title, filter=filter_, tone="bad")


def orders_by_month(policy: Policy) -> Chart | None:
    order = main_entity(policy, "order")
    group = (columns.region(order) or columns.status(order)) if order else ""
    is_region = bool(order and columns.region(order))
    title = (
        ("{name} by month and region", "{name}按月份和地区")
        if is_region
        else ("{name} by month", "{name}按月份")
    )
    date = _needed(columns.begun, order)
    return _chart(
        policy, order, "orders", "months", title, date=date, group=group, measure=_sum(order), width="wide"
    )


def order_stages(policy: Policy) -> Chart | None:
    order = main_entity(policy, "order")
    date = columns.begun(order) if order else ""
    title = ("{name} by status", "{name}状态分布")
    group = _needed(columns.status, order)
    return _chart(policy, order, "order-status", "split", title, group=group, date=date, width="third")


def best_owners(policy: Policy) -> Chart | None:
    order = main_entity(policy, "order")
    date, group = _needed(columns.begun, order), _needed(columns.owner, order)
    title = ("{name} by owner", "负责人{name}排名")
    return _chart(
        policy, order, "owners", "ranking", title, date=date, group=group, measure=_sum(order), top=10
    )


def best_customers(policy: Policy) -> Chart | None:
    order = main_entity(policy, "order")
    customer = main_entity(policy, "customer")
    relations = order.relations.values() if order and customer else ()
    group = next(
        (
            r.columns[0]
            for r in relations
            if customer and r.target == customer.name and len(r.columns) == 1 and r.is_plain
        ),
        None,
    )
    title = ("{name} by customer", "客户{name}排名")
    date = _needed(columns.begun, order)
    return _chart(
        policy, order, "customers", "ranking", title, date=date, group=group, measure=_sum(order), top=10
    )


def payments_by_month(policy: Policy) -> Chart | None:
    payment = main_entity(policy, "payment")
    date, title = _needed(columns.begun, payment), ("{name} by month", "{name}按月份")
    return _chart(policy, payment, "payments", "months", title, date=date, measure=_sum(payment))


def customers_by_month(policy: Policy) -> Chart | None:
    customer = main_entity(policy, "customer")
    title = ("New {name} by month", "每月新增{name}")
    return _chart(policy, customer, "new-customers", "line", title, date=_needed(columns.begun, customer))


def customers_by_status(policy: Policy) -> Chart | None:
    customer = main_entity(policy, "customer")
    title = ("{name} by status", "{name}状态分布")
    return _chart(
        policy, customer, "customer-status", "funnel", title, group=_needed(columns.status, customer)
    )


def tickets_by_month(policy: Policy) -> Chart | None:
    ticket = main_entity(policy, "ticket")
    date, group = _needed(columns.begun, ticket), columns.priority(ticket) if ticket else ""
    title = (
        ("{name} by month and priority", "{name}按月份和优先级")
        if group
        else ("{name} by month", "{name}按月份")
    )
    return _chart(policy, ticket, "tickets", "months", title, date=date, group=group)


def tickets_closed_by_month(policy: Policy) -> Chart | None:
    ticket = main_entity(policy, "ticket")
    title = ("Closed {name} by month", "每月完成{name}")
    return _chart(policy, ticket, "closed", "line", title, date=_needed(columns.closed, ticket))


def open_by_status(policy: Policy) -> Chart | None:
    ticket = main_entity(policy, "ticket")
    title, group = ("Open {name} by status", "未完成{name}状态分布"), _needed(columns.status, ticket)
    return _chart(policy, ticket, "ticket-status", "split", title, group=group, filter=open_condition(ticket))


def open_by_assignee(policy: Policy) -> Chart | None:
    ticket = main_entity(policy, "ticket")
    title, group = ("Open {name} by assignee", "处理人未完成{name}排名"), _needed(columns.owner, ticket)
    filter_ = open_condition(ticket)
    return _chart(policy, ticket, "assignees", "ranking", title, group=group, filter=filter_, top=10)


def open_condition(ticket: Entity | None) -> Mapping[str, Any] | None:
    """Not done with: no day of closing, or a status whose words do not say so. None when neither can be told."""
    if ticket is None:
        return None
    closed, status = columns.closed(ticket), columns.status(ticket)
    if closed:
        return {"and": [{"field": closed, "op": "is_null"}]}
    ended = _ended_codes(ticket, status) if status else []
    return {"and": [{"field": status, "op": "not_in", "value": ended}]} if ended else None


def _ended_codes(entity: Entity, status: str) -> list[str]:
    found: Iterable[Any] = options(entity.fields[status]).values()
    return [one.code for one in found if re.search(ENDED, f"{one.label.en} {one.label.zh}".lower())]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
