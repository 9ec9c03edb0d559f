"""What the checks look at: one connection, the settings, and facts that are read once when the first check asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, event, make_url, text

from app import database
from config import Config
from models.checks.grants import Grants
from models.legacy.facts import SchemaFacts
from models.legacy.reflect import reflect

CONNECT_SECONDS = 10


class Ground:
    """One look at the database; nothing is changed by it."""

    def __init__(self, config: Config, connection: Connection) -> None:
        self.config = config
        self.connection = connection
        self.schema = database.legacy_schema(config.database_url)

    @property
    def is_server(self) -> bool:
        """MariaDB or MySQL, not the embedded demo."""
        return self.connection.dialect.name != "sqlite"

    @property
    def is_mariadb(self) -> bool:
        return bool(getattr(self.connection.dialect, "is_mariadb", False))

    @property
    def version(self) -> tuple[int, ...]:
        """The server's version as numbers: (10, 11, 6)."""
        numbers = self.connection.dialect.server_version_info or ()
        return tuple(part for part in numbers if isinstance(part, int))

    @cached_property
    def facts(self) -> SchemaFacts:
        """Everything that the legacy schema says about itself."""
        return reflect(self.connection, self.schema)

    @cached_property
    def tables(self) -> dict[str, bool]:
        """Every table that the account has any right on, the unreadable ones too: is it a view?"""
        statement = (
            "SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = :schema"
        )
        return {name: "VIEW" in kind for name, kind in self.rows(statement, schema=self.schema)}

    @cached_property
    def account(self) -> tuple[str, str]:
        """(user, host) as the server knows this account."""
        user, _at, host = str(self.value("SELECT CURRENT_USER()")).rpartition("@")
        return user, host

    @cached_property
    def grants(self) -> Grants:
        """The account's rights, with those of its active role."""
        lines = [str(row[0]) for row in self.rows(self._show_grants())]
        return Grants.read(lines, fold=bool(self.value("SELECT @@lower_case_table_names")))

    def _show_grants(self) -> str:
        """MariaDB shows the role's rights by itself; MySQL has to be asked."""
        role = "NONE" if self.is_mariadb else str(self.value("SELECT CURRENT_ROLE()") or "NONE")
        return "SHOW GRANTS" if role == "NONE" else f"SHOW GRANTS FOR CURRENT_USER() USING {role}"

    @cached_property
    def overlay_columns(self) -> dict[str, set[str]]:
        """Columns of the overlay's tables as they are, by table; {} when there is no overlay yet."""
        if not self.is_server:
            statement = "SELECT m.name, c.name FROM main.sqlite_master m, pragma_table_info(m.name, 'main') c"
            rows = self.rows(statement)
        else:
            statement = (
                "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = :name"
            )
            rows = self.rows(statement, name=self.config.overlay_schema)
        found: dict[str, set[str]] = {}
        for table, column in rows:
            found.setdefault(table, set()).add(column)
        return found

    def value(self, statement: str, **values: Any) -> Any:
        """The first column of the first row."""
        return self.connection.execute(text(statement), values).scalar()

    def rows(self, statement: str, **values: Any) -> Sequence[Any]:
        """All rows."""
        return self.connection.execute(text(statement), values).all()


@contextmanager
def opened(config: Config) -> Iterator[Ground]:
    """A look over a connection of its own. Raises SQLAlchemyError when there is none."""
    engine = _embedded(config) if config.is_embedded else _server(config)
    try:
        with engine.connect() as connection:
            yield Ground(config, connection)
    finally:
        engine.dispose()


def _embedded(config: Config) -> Any:
    return database.open_embedded(config.erp_path, config.overlay_path)


def _server(config: Config) -> Any:
    """The legacy schema is the default here: the overlay may not be there yet."""
    limits = {
        "page_statement_seconds": config.job_statement_seconds,
        "lock_wait_seconds": config.lock_wait_seconds,
    }
    url = make_url(config.database_url).update_query_dict({"charset": "utf8mb4"})
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": CONNECT_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            for statement in database.session_settings(connection.get_server_info(), **limits):
                cursor.execute(statement)

    return engine
