"""What written values lead to: related records must be in reach, and a code that gives reach must name one row alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, select, true

from app.errors import Invalid
from models.guard import RecordSession
from models.records import read, references
from models.records.reach import values_in_reach
from models.records.rows import by_key
from models.rowtoken import key_of
from models.wiring.nouns import Entity, Relation

BLANK = ("", 0)
"""Old programs write these where there is no related record."""


def check_targets(session: RecordSession, entity: Entity, values: Mapping[str, Any], token: str = "") -> None:
    """Every record that written columns point to must be in reach. `token` names the row that the other columns are in.

    Raises Invalid with the same words for a record out of reach and for none at all.
    """
    for relation in entity.relations.values():
        target = session.policy.catalogue.get(relation.target)
        written = [name for name in (*relation.columns, *relation.when) if name in values]
        if target is not None and written:
            whole = _whole(session, entity, relation, values, token)
            if references.holds(relation, whole) and not _may_lead(session, entity, relation, whole, token):
                sentence = _("There is no such record, or you may not see it. Choose another one.")
                raise Invalid(sentence, fields={written[0]: sentence})


def check_codes(
    session: RecordSession, connection: Connection, entity: Entity, values: Mapping[str, Any], token: str
) -> None:
    """Records without an owner of their own belong to whoever has the row with their code: no second row may take it.

    To be called behind the write, in its transaction. Nothing is asked where the database itself refuses a second one. Raises
    Invalid.
    """
    for other, relation in session.policy.catalogue.pointing_at(entity):
        named = relation.target_columns
        gives_reach = other.parent == relation.name and session.policy.rows(other, "see") is not true()
        is_unique = any(set(columns) <= set(named) for columns in (entity.key, *entity.unique))
        if not gives_reach or not set(named) & set(values) or is_unique:
            continue
        if len(_rows_with(connection, entity, _stored(connection, entity, token, named), 2)) > 1:
            sentence = _(
                "Another record already has this value where each must be different. Change it, then save again."
            )
            raise Invalid(sentence, fields={name: sentence for name in named if name in values})


def _whole(
    session: RecordSession, entity: Entity, relation: Relation, values: Mapping[str, Any], token: str
) -> dict[str, Any]:
    """The relation's columns, and those that say whether it holds, as they will be stored."""
    missing = [name for name in (*relation.columns, *relation.when) if name not in values]
    return {**values, **(_stored(session.connection(), entity, token, missing) if missing and token else {})}


def _may_lead(
    session: RecordSession, entity: Entity, relation: Relation, whole: Mapping[str, Any], token: str
) -> bool:
    target = session.policy.catalogue.entities[relation.target]
    if relation.separator:
        name = relation.columns[0]
        before = _stored(session.connection(), entity, token, [name]) if token else {}
        return _may_list(session, target, relation, whole.get(name), before.get(name))
    pairs = zip(relation.target_columns, relation.columns, strict=True)
    return _may_point(session, target, {theirs: whole.get(ours) for theirs, ours in pairs})


def _may_list(session: RecordSession, target: Entity, relation: Relation, value: Any, before: Any) -> bool:
    """Every key that was added to the list must be in reach: one statement. A part that can be no key names no record."""
    known = set(references.parts(relation, before))
    added = [part for part in references.parts(relation, value) if part not in known and part != "0"]
    if len(added) > references.MOST_PARTS:
        return False
    named = references.keys(relation, target, relation.separator.join(added))
    if len(named) < len(set(added)):
        return False
    found = values_in_reach(session, target, relation.target_columns[0], named)
    return {_folded(key) for key in named} <= {_folded(key) for key in found}


def _folded(key: Any) -> Any:
    return key.rstrip().casefold() if isinstance(key, str) else key


def _may_point(session: RecordSession, target: Entity, match: Mapping[str, Any]) -> bool:
    if any(value is None for value in match.values()):
        return True
    is_blank = any(value in BLANK for value in match.values())
    if is_blank and not _rows_with(session.connection(), target, match, 1):
        return True
    return session.policy.may(target, "see") and read.exists(session, target, match)


def _stored(connection: Connection, entity: Entity, token: str, names: Iterable[str]) -> dict[str, Any]:
    """A row's own values as the system reads them: hidden ones count too."""
    columns = [entity.table.c[name] for name in names]
    found = connection.execute(select(*columns).where(by_key(entity, key_of(entity, token)))).first()
    return dict(zip(names, found, strict=True)) if found else {}


def _rows_with(connection: Connection, entity: Entity, match: Mapping[str, Any], most: int) -> list[Any]:
    """Whether there are rows with these values at all, whoever may see them."""
    table = entity.table
    found = select(table.c[next(iter(match))]).where(
        *(table.c[name] == value for name, value in match.items())
    )
    return list(connection.execute(found.limit(most)))
