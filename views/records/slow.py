"""What a list says when no index serves it: that it can take long, how to narrow it down, which index IT could add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from app.extensions import services
from app.i18n import language
from models import access
from models.records import read, served
from models.records.served import Verdict
from models.wiring.nouns import Entity
from views.wiring.access import is_allowed

MOST_NAMED = 4


@dataclass(frozen=True)
class Advice:
    """A note on the list: sentences for everybody; `statement` is filled for people who may wire."""

    sentences: list[str] = field(default_factory=list)
    statement: str = ""
    is_stopped: bool = False


def verdict(entity: Entity, query: read.Query, sort: Sequence[tuple[str, bool]] | None = None) -> Verdict:
    """What no index serves of the list, or of the same rows in another order."""
    order = query.sort if sort is None else sort
    return served.verdict(entity, query.condition, order, services().config.big_table_rows)


def warning(entity: Entity, query: read.Query) -> Advice | None:
    """For a list that was drawn although the whole table may have been read for it."""
    found = verdict(entity, query)
    if not found.is_slow:
        return None
    seconds = services().config.page_statement_seconds
    limit = _("It is stopped after %(seconds)s seconds.", seconds=seconds)
    said = [_unserved(entity, found), limit, _narrowing(entity)]
    return _with_index(entity, [one for one in said if one], found.index)


def stopped(entity: Entity, query: read.Query) -> Advice:
    """For a list that took too long."""
    found = verdict(entity, query)
    index = found.index or served.useful_index(entity, query.condition, query.sort)
    said = [_unserved(entity, found) if found.is_slow else "", _narrowing(entity)]
    return _with_index(entity, [one for one in said if one], index, is_stopped=True)


def _unserved(entity: Entity, found: Verdict) -> str:
    if found.filters:
        return str(_("No index serves this filter, so the whole table may have to be read."))
    names = ", ".join(label(entity, name) for name in found.sort)
    return str(_("No index serves the order by %(fields)s, so all rows may have to be sorted.", fields=names))


def _narrowing(entity: Entity) -> str:
    """Fields that an index begins with and that the person may filter by."""
    begin = dict.fromkeys(index[0] for index in entity.indexes if index)
    policy = access.policy()
    names = [label(entity, name) for name in begin if name in entity.fields and policy.is_open(entity, name)]
    if not names:
        return str(_("Narrow it down with a filter, or sort by another column."))
    fields = ", ".join(names[:MOST_NAMED])
    return str(_("Narrow it down with a filter by one of these: %(fields)s.", fields=fields))


def _with_index(
    entity: Entity, sentences: list[str], index: tuple[str, ...], *, is_stopped: bool = False
) -> Advice:
    """The index as a statement for those who may wire, as a hint to ask for everybody else."""
    if not index:
        return Advice(sentences, "", is_stopped)
    if is_allowed():
        return Advice(sentences, served.statement(entity, index, services().engine.dialect), is_stopped)
    policy = access.policy()
    names = ", ".join(label(entity, name) for name in index if policy.is_open(entity, name))
    ask = _("If you need this list often, ask your IT people for an index on %(fields)s.", fields=names)
    return Advice([*sentences, ask] if names else sentences, "", is_stopped)


def label(entity: Entity, name: str) -> str:
    """What people call a field."""
    return entity.fields[name].label.text(language()) or name
