"""A list on real rows, drawn by the field types that were chosen; read as the system for the one who wires."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

import fields
from app.errors import Unavailable
from app.extensions import services
from app.i18n import language
from app.theme.tables import Column, Row
from models.catalogue import Catalogue
from models.wiring.nouns import Entity, Wiring

ROWS = 8
COLUMNS = 10


def context(connection: Connection, entity: Entity) -> dict[str, Any]:
    """{"columns", "rows"} for components/_table.html; raises Unavailable when the table cannot be read."""
    names = [f.name for f in entity.fields.values() if f.listed and not fields.type_of(f).is_heavy][:COLUMNS]
    names = names or list(entity.fields)[:COLUMNS]
    bound = Catalogue(Wiring(0, {entity.name: _copy(entity)}), services().schema, fields.column_type)
    try:
        table = bound.entities[entity.name].table
        rows = connection.execute(select(*(table.c[name] for name in names)).limit(ROWS)).all()
    except DBAPIError as error:
        raise Unavailable(
            _("This table cannot be read at the moment. Ask your IT people to look at it.")
        ) from error
    finally:
        bound.dispose()
    shown = [entity.fields[name] for name in names]
    return {
        "columns": [
            Column(f.name, f.label.text(language()) or f.name, fields.type_of(f).align) for f in shown
        ],
        "rows": [
            Row("", "", "", "", [fields.type_of(f).cell(f, v) for f, v in zip(shown, row, strict=True)])
            for row in rows
        ],
    }


def _copy(entity: Entity) -> Entity:
    """One of its own: binding sets the table and the class on it."""
    from dataclasses import replace

    return replace(entity)
