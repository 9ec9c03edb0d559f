"""Saved views, charts and SLA policies follow a column that is called anew, in the transaction that publishes it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select, update

from charts.store import chart_table
from models.wiring.nouns import Wiring
from models.wiring.renames import Names, in_document, new_names
from rules.sla.policy import definition_from, document_of
from rules.sla.store import all_policies, save_policy
from views.records.saved import saved_view_table

CHART_FIELDS = ("date", "group", "split")
POLICY_FIELDS = ("start_field", "stop_field", "priority_field", "owner_field")


def follow(connection: Connection, current: Wiring, wanted: Wiring, author: str) -> None:
    """Call fields by their new names wherever the overlay names them; rights follow where the version is kept."""
    for entity, names in new_names(current, wanted):
        _views(connection, entity.name, names)
        _charts(connection, entity.name, names)
        _policies(connection, entity.name, names, author)


def _views(connection: Connection, entity: str, names: Names) -> None:
    table = saved_view_table
    found = select(table.c.id, table.c.definition).where(table.c.entity == entity)
    for number, text in connection.execute(found).all():
        old = json.loads(text)
        new = in_document(old, names) | {
            "sort": [[names.get(name, name), down] for name, down in old.get("sort") or []],
            "columns": [names.get(name, name) for name in old.get("columns") or []],
        }
        _write(connection, table, number, new)


def _charts(connection: Connection, entity: str, names: Names) -> None:
    found = select(chart_table.c.id, chart_table.c.definition)
    for number, text in connection.execute(found).all():
        chart = json.loads(text)
        if chart.get("entity") == entity:
            _write(connection, chart_table, number, chart | {"settings": _settings(chart["settings"], names)})


def _settings(old: dict[str, Any], names: Names) -> dict[str, Any]:
    new: dict[str, Any] = in_document(old, names)
    for key in CHART_FIELDS:
        if new.get(key) in names:
            new[key] = names[new[key]]
    how, _colon, measured = str(new.get("measure") or "").partition(":")
    return new | ({"measure": f"{how}:{names[measured]}"} if measured in names else {})


def _policies(connection: Connection, entity: str, names: Names, author: str) -> None:
    for policy in all_policies(connection):
        old = document_of(policy.definition)
        new = in_document(old, names)
        new |= {key: names[new[key]] for key in POLICY_FIELDS if new.get(key) in names}
        if policy.entity == entity and new != old:
            save_policy(connection, replace(policy, definition=definition_from(new)), author)


def _write(connection: Connection, table: Any, number: int, definition: Any) -> None:
    text = json.dumps(definition, ensure_ascii=False)
    connection.execute(update(table).where(table.c.id == number).values(definition=text))
