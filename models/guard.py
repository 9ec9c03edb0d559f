"""The guard: one read listener on the session that adds the policy's rows to every statement.

No actor, no rows. A statement that the guard cannot understand (text, Core tables, bulk writes) does not run.
Writing goes through `models.records.write` alone; a flush is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Column, Connection, Engine, Result, Select, Table, event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.orm.util import AliasedClass
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import TextClause

from app.errors import Invalid, NotVisible
from app.i18n import language
from models import prepared
from models.branches import BY_BRANCHES, spread
from models.cells import Flag
from models.policy import Policy
from models.prepared import Prepared
from models.wiring.nouns import Entity

NOTHING: Mapping[str, Any] = MappingProxyType({})


class GuardRefused(RuntimeError):
    """A statement that must not run in a person's session: a mistake of ours, never of the user."""


class RecordSession(Session):
    """A session that acts for one person. `action` names the right that each row must be covered by.

    `seal` is the secret under which row tokens leave: a bare hash would let a hidden value be guessed by trying.
    """

    def __init__(
        self, bind: Engine | Connection, policy: Policy, action: str = "see", seal: bytes = b""
    ) -> None:
        super().__init__(bind, autoflush=False, expire_on_commit=False)
        self.policy = policy
        self.action = action
        self.seal = seal
        self._running: Prepared | None = None

    def prepared(self, key: Hashable, build: Callable[[], Prepared]) -> Prepared:
        """The statement that was built under this key for the policy and the action in force."""
        return prepared.kept(self.policy, self.action, key, build)

    def run(
        self, ready: Prepared, values: Mapping[str, Any] | None = None, options: Mapping[str, Any] = NOTHING
    ) -> Result[Any]:
        """Execute a prepared statement with these values: the guard looks at it once and not each time."""
        self._running = ready
        try:
            return self.execute(ready.statement, values, execution_options=dict(options))
        finally:
            self._running = None

    @contextmanager
    def for_action(self, action: str) -> Iterator[None]:
        """Rows of another right ("change", "delete", "export") for a block."""
        before, self.action = self.action, action
        try:
            yield
        finally:
            self.action = before


@event.listens_for(RecordSession, "do_orm_execute")
def _guard_read(state: ORMExecuteState) -> None:
    session = state.session
    if not isinstance(session, RecordSession):
        raise GuardRefused("No actor")
    if not state.is_select or not state.is_orm_statement:
        raise GuardRefused("Only ORM selects run in a person's session")
    ready = session._running  # noqa: SLF001 the session's own
    if ready is None or ready.statement is not state.statement:
        state.statement = _guarded(session, state)
        return
    held = ready.guarded
    if held is None or held[0] is not session.policy or held[1] != session.action:
        held = ready.guarded = (session.policy, session.action, _guarded(session, state))
    state.statement = held[2]


def _guarded(session: RecordSession, state: ORMExecuteState) -> Any:
    """The statement with the policy's rows; whatever is not understood is refused."""
    statement: Any = state.statement
    entities = sorted(_entities(session, statement), key=lambda e: e.name)
    by_key = state.execution_options.get(BY_BRANCHES)
    if by_key is not None and session.get_bind().dialect.name != "sqlite":
        statement = spread(statement, by_key, session.policy.branches(by_key, session.action))
    for entity in entities:
        rows = session.policy.rows(entity, session.action)
        statement = statement.options(
            with_loader_criteria(entity.model, rows, include_aliases=True, propagate_to_loaders=True)
        )
    return statement


@event.listens_for(RecordSession, "before_flush")
def _guard_flush(session: Session, *_args: Any) -> None:
    if session.new or session.dirty or session.deleted:
        raise GuardRefused("Records are written by models.records.write")


def _entities(session: RecordSession, statement: Any) -> set[Entity]:
    """All entities that the statement touches; hidden columns and foreign tables are refused on the way."""
    policy, found, read = session.policy, set[Entity](), set[tuple[str, str]]()
    for element in visitors.iterate(statement):
        if isinstance(element, TextClause):
            raise GuardRefused("Raw SQL does not run in a person's session")
        if isinstance(element, Select):
            _refuse_whole_rows(element)
        elif isinstance(element, Table):
            found.add(_entity(policy, element))
        elif isinstance(element, Column):
            entity = _checked(policy, element)
            found.add(entity)
            read.add((entity.name, element.name))
    _require_flags(session, statement, read)
    return found


def _require_flags(session: RecordSession, statement: Any, read: set[tuple[str, str]]) -> None:
    """Columns that are hidden on some rows only are read together with the flags that tell which."""
    policy, entities = session.policy, session.policy.catalogue.entities
    wanted = [
        (name, column)
        for name, column in read
        if policy.is_concealed_at_times(entities[name], column, session.action)
    ]
    if not wanted:
        return
    flagged = {element.entity for element in visitors.iterate(statement) if isinstance(element, Flag)}
    for name, column in sorted(wanted):
        if name not in flagged:
            raise unknown_field(column)


def _refuse_whole_rows(statement: Select[Any]) -> None:
    """Columns are named one by one: a whole mapped row would bring the hidden ones along."""
    if any(isinstance(found["expr"], type | AliasedClass) for found in statement.column_descriptions):
        raise GuardRefused("Select columns, not whole rows")


def _checked(policy: Policy, element: Column[Any]) -> Entity:
    column = next(iter(element.base_columns))
    if not isinstance(column, Column) or not isinstance(column.table, Table):
        raise GuardRefused("A column without a table")
    entity = _entity(policy, column.table)
    if column.name not in entity.key and policy.right(entity, column.name) == "hidden":
        raise unknown_field(column.name)
    return entity


def _entity(policy: Policy, table: Table) -> Entity:
    entity = policy.catalogue.by_table.get(table.name)
    if entity is None or table.schema != policy.catalogue.schema:
        raise GuardRefused(f"{table.name} is not published")
    return entity


def unknown_field(name: str) -> NotVisible:
    """The answer for a field that does not exist and for one that is hidden: the same words."""
    return NotVisible(_("There is no field called “%(name)s”. Choose another one.", name=name))


def lost_field(entity: Entity, name: str) -> Invalid:
    """The answer for a column that was published and is not in the table any more."""
    words = entity.lost[name].text(language()) or name
    return Invalid(
        _(
            "The column “%(name)s” is not in the database any more, so nothing can be sought or shown by it. Leave it out.",
            name=words,
        )
    )
