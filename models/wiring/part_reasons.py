"""Why a column seems to play its part, in words: owner, unit, region, last change, delete flag, and types that are guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from models.legacy.facts import TableFacts
from models.wiring.columns import words_of
from models.wiring.comments import options
from models.wiring.hints import hint
from models.wiring.nouns import Entity, Field

GUESSED = {"money", "yyyymmdd", "epoch", "phone", "email", "percent", "year", "rating", "boolean"}
"""Field types that no column type tells by itself."""


def part_reasons(table: TableFacts, suggested: Entity) -> dict[str, str]:
    """A sentence for each part that is suggested: "owner", "unit", "region", "updated", "delete_flag"."""
    flag = str(suggested.delete_flag.get("field", ""))
    parts = {
        "owner": suggested.owner, "unit": suggested.unit, "region": suggested.region, "updated": suggested.updated,
        "delete_flag": flag,
    }  # fmt: skip
    return {part: _because(table, part, name) for part, name in parts.items() if table.column(name)}


def _because(table: TableFacts, part: str, name: str) -> str:
    column = table.column(name)
    said = (words_of(column) if column else "") or name
    if part == "owner":
        return str(
            _(
                "%(column)s leads to an employee, and its name or comment says who is responsible: “%(said)s”.",
                column=name,
                said=said,
            )
        )
    if part == "unit":
        return str(_("%(column)s leads to an organisation unit: “%(said)s”.", column=name, said=said))
    if part == "delete_flag" and column and options(column):
        return str(_("The comment of %(column)s says which value means deleted.", column=name))
    return str(_("The name or comment of %(column)s says so: “%(said)s”.", column=name, said=said))


def kind_codes(
    table: TableFacts, fields: Mapping[str, Field], values: Mapping[str, Sequence[Any]]
) -> dict[str, str]:
    """What told the type of a column where its own type does not: "values" or "name"."""
    found = {}
    for column in table.columns:
        field = fields.get(column.name)
        if field and (field.kind in GUESSED or field.sensitive):
            is_by_values = (
                field.kind in GUESSED and hint(column, values.get(column.name, ())).kind == field.kind
            )
            found[column.name] = "values" if is_by_values else "name"
    return found


def kind_reason(code: str) -> str:
    """The code in the reader's language; "" = nothing was guessed."""
    texts = {"values": _("by its values"), "name": _("by its name or comment")}
    return str(texts.get(code, ""))
