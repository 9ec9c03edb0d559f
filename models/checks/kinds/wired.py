"""The wiring in force against the schema as it is now: what was published and is no longer there."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError

from models.checks.finding import Finding
from models.checks.ground import Ground
from models.wiring import store
from models.wiring.nouns import Entity, Wiring
from models.wiring.tables import versions

IDS = ("V211", "V212")


def look(ground: Ground) -> Iterator[Finding]:
    """Nothing published yet, or pages that cannot be opened any more."""
    wiring = _wiring(ground)
    if wiring is None:
        return
    if not wiring.entities:
        yield Finding(
            "V211",
            "notice",
            _("Nothing is published yet: staff see no records."),
            _("Sign in as an administrator and open the wiring."),
        )
    gone = tuple(name for entity in wiring.entities.values() for name in _gone(ground, entity))
    if gone:
        yield Finding(
            "V212",
            "error",
            _("Published tables or columns are no longer in the database: they are left out."),
            _("Open the wiring, correct these entities, and publish again."),
            details=gone,
        )


def _wiring(ground: Ground) -> Wiring | None:
    """The version in force; None while there is no overlay to look into."""
    if versions.name not in ground.overlay_columns:
        return None
    if not ground.is_server:
        return store.load(ground.connection)
    translated = ground.connection.execution_options(
        schema_translate_map={None: ground.config.overlay_schema}
    )
    try:
        return store.load(translated)
    except DBAPIError:
        return None  # the rights on the overlay are missing, which is a finding of its own


def _gone(ground: Ground, entity: Entity) -> list[str]:
    table = ground.facts.tables.get(entity.table_name)
    if table is None:
        return [entity.table_name]
    return [f"{table.name}.{name}" for name in entity.fields if table.column(name) is None]
