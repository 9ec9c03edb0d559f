"""What a list says when no index serves it: that it can take long, how to narrow it down, which index IT could add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from flask_babel import format_datetime, format_decimal
from flask_babel import gettext as _

from app.extensions import services
from app.i18n import language
from models import access
from models.records import read, served
from models.records.inside import Look
from models.records.served import Verdict
from models.wiring.nouns import Entity
from views.records.state import ListState
from views.wiring.access import may_wire

MOST_NAMED = 4
OLD = timedelta(minutes=30)
"""From this age on a list says when the search index last looked at every row."""


@dataclass(frozen=True)
class Advice:
    """A note on the list: sentences for everybody; `statement` is filled for people who may wire."""

    sentences: list[str] = field(default_factory=list)
    statement: str = ""
    is_stopped: bool = False
    all_url: str = ""
    """Where all rows are looked through and not only the newest."""
    tone: str = "warning"


def verdict(entity: Entity, query: read.Query, sort: Sequence[tuple[str, bool]] | None = None) -> Verdict:
    """What no index serves of the list, or of the same rows in another order."""
    order = query.sort if sort is None else sort
    return served.verdict(entity, query.condition, order, services().config.big_table_rows)


def is_scanned(entity: Entity, query: read.Query) -> bool:
    """Whether the filter may have to read the whole table, or as much of it as it is allowed to."""
    return bool(verdict(entity, query).filters) and not _look(entity, query).is_narrowed


def note(entity: Entity, query: read.Query, state: ListState) -> Advice | None:
    """For a list that was drawn: what was looked at, or that the whole table may have been read for it."""
    look, found = _look(entity, query), verdict(entity, query)
    if look.rows:
        all_url = state.url(everything=True)
        return Advice([*_scanned(entity, look), *_index_states(look)], all_url=all_url)
    if look.is_narrowed:
        return _by_index(look)
    if not found.is_slow:
        return None
    seconds = services().config.page_statement_seconds
    limit = _("It is stopped after %(seconds)s seconds.", seconds=seconds)
    said = [_unserved(entity, found), limit, *_index_states(look), _narrowing(entity)]
    return _with_index(entity, said, found.index)


def _look(entity: Entity, query: read.Query) -> Look:
    """What the page has done already for comparisons inside words."""
    return read.looked_inside(access.records(), entity, query) if query.condition else Look()


def _scanned(entity: Entity, look: Look) -> list[str]:
    """That only a part was looked at, and what would change it."""
    rows = format_decimal(look.rows)
    said = [_("No index serves words inside, so only the newest %(rows)s records were looked at.", rows=rows)]
    return [*said, _tick()] if may_wire.is_open() and not look.states else said


def _tick() -> str:
    return str(
        _("Tick “inside words” for the column in the wiring, then a search index of Veneer's own serves it.")
    )


def _index_states(look: Look) -> list[str]:
    """Why the search index did not answer."""
    said = []
    if {"building", "none"} & set(look.states.values()):
        said.append(_("The search index is being built: %(percent)s %%.", percent=look.percent))
    if "short" in look.states.values():
        said.append(_("The search index needs two Chinese characters or three letters."))
    return said


def _by_index(look: Look) -> Advice | None:
    """When the index may not know yet what other programs wrote."""
    if look.since is None or datetime.now(UTC) - look.since < OLD:
        return None
    since = format_datetime(look.since, "short")
    return Advice([_("Found by the search index: changes that other programs made after %(time)s may still be missing.", time=since)], tone="info")  # fmt: skip


def stopped(entity: Entity, query: read.Query) -> Advice:
    """For a list that took too long."""
    found = verdict(entity, query)
    index = found.index or _index_of_reach(entity, query)
    hint = (
        _tick() if may_wire.is_open() and not index and served.looks_inside(entity, query.condition) else ""
    )
    cause = _unserved(entity, found) if found.is_slow else _scattered(entity, query)
    said = [cause, _narrowing(entity), hint]
    return _with_index(entity, [one for one in said if one], index, is_stopped=True)


def _index_of_reach(entity: Entity, query: read.Query) -> tuple[str, ...]:
    """The index for a list that took too long although one serves it: with the column that says whose the rows are."""
    whose = access.policy().narrowed_by(entity)
    reach = [{"field": whose, "op": "is_null"}] if whose else []
    parts = [*reach, *([query.condition] if query.condition else [])]
    return served.useful_index(entity, {"and": parts} if parts else None, query.sort)


def _scattered(entity: Entity, query: read.Query) -> str:
    """Why a member's list can take long where an administrator's does not."""
    if not query.sort or not access.policy().narrowed_by(entity):
        return ""
    names = ", ".join(label(entity, name) for name, _descending in query.sort)
    return str(
        _(
            "You may see some of the rows only, and no index holds those in the order by %(fields)s.",
            fields=names,
        )
    )


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
    if may_wire.is_open():
        return Advice(sentences, served.statement(entity, index, services().engine.dialect), is_stopped)
    policy = access.policy()
    names = ", ".join(label(entity, name) for name in index if policy.is_open(entity, name))
    ask = _("If you need this list often, ask your IT people for an index on %(fields)s.", fields=names)
    return Advice([*sentences, ask] if names else sentences, "", is_stopped)


def label(entity: Entity, name: str) -> str:
    """What people call a field."""
    return entity.fields[name].label.text(language()) or name
