"""Columns by which rights give rows and that no index begins with: their lists read what lies between on a large table."""

from __future__ import annotations

from flask_babel import gettext as _

from app.extensions import services
from app.i18n import language
from models.records import served
from models.wiring.nouns import Entity


def lacking(entity: Entity | None) -> dict[str, object] | None:
    """A sentence and the statements for IT; None where every scope of the entity has an index, or where it is small."""
    if entity is None or entity.is_view or entity.row_estimate < services().config.big_table_rows:
        return None
    scopes = dict.fromkeys(name for name in (entity.owner, entity.unit, entity.region) if name)
    names = [name for name in scopes if not served.begins_index(entity, name)]
    if not names:
        return None
    labels = ", ".join(entity.fields[name].label.text(language()) or name for name in names)
    sentence = _(
        "No index begins with %(fields)s, so people with a right by that read many rows of others for a page of their own.",
        fields=labels,
    )
    dialect = services().engine.dialect
    statements = [served.statement(entity, (name,), dialect) for name in names]
    return {"sentence": sentence, "statements": statements}
