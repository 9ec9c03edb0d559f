"""Whether the database can be reached at all: what stands before every other check."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from config import Config
from models.checks.finding import Finding
from models.checks.grants import least

IDS = ("V101", "V102", "V103", "V104", "V105")
REFUSED, NO_DATABASE = {1045, 1698, 1130, 3118}, {1044, 1049}
UNREACHED = {2002, 2003, 2005, 2006, 2013, 1040, 1129}


def before(config: Config) -> Finding | None:
    """What can be told without a connection."""
    if config.is_embedded and not config.erp_path.exists():
        return Finding(
            "V104",
            "error",
            _("The demo has not been made yet."),
            _("Run make run: it makes the demo and serves it."),
        )
    if not config.is_embedded and not make_url(config.database_url).database:
        return Finding(
            "V103",
            "error",
            _("DATABASE_URL names no database."),
            _("Add the name of the legacy database to the end: mysql+pymysql://user:password@host/name."),
        )
    return None


def failed(config: Config, error: SQLAlchemyError) -> Finding:
    """Why there was no connection, or why it broke in the middle of a check."""
    arguments = getattr(error.orig, "args", ()) if isinstance(error, DBAPIError) else ()
    code = arguments[0] if arguments and isinstance(arguments[0], int) else 0
    url = make_url(config.database_url) if config.database_url else None
    place = (
        {"host": url.host or "localhost", "port": url.port or 3306, "user": url.username or ""} if url else {}
    )
    if code in REFUSED:
        return _refused(place)
    if code in NO_DATABASE:
        return _no_database(config)
    return _unreached(place) if code in UNREACHED and url else _broken(error)


def _refused(place: dict[str, object]) -> Finding:
    return Finding(
        "V102",
        "error",
        _("The server at %(host)s:%(port)s does not let “%(user)s” in.", **place),
        _(
            "Check the user name and the password in DATABASE_URL, and from which hosts the account may connect."
        ),
    )


def _no_database(config: Config) -> Finding:
    """The server says the same of a database that is not there and of one that the account may not use."""
    url = make_url(config.database_url)
    account, name = (url.username or "", "%"), url.database or ""
    return Finding(
        "V103",
        "error",
        _(
            "There is no database called “%(name)s”, or “%(user)s” may not use it.",
            name=name,
            user=account[0],
        ),
        _("Correct the name in DATABASE_URL, or run these statements as an account that may grant rights."),
        statements=least(name, config.overlay_schema, account),
    )


def _unreached(place: dict[str, object]) -> Finding:
    return Finding(
        "V101",
        "error",
        _("No database answers at %(host)s:%(port)s.", **place),
        _(
            "Check the host and the port in DATABASE_URL, and that the server runs and lets this machine through."
        ),
    )


def _broken(error: SQLAlchemyError) -> Finding:
    detail = str(error.orig) if isinstance(error, DBAPIError) else type(error).__name__
    return Finding(
        "V105",
        "error",
        _("The check could not be finished: the database answered with an error."),
        _("Read the server's own words below; correct what they name, then check again."),
        details=(detail[:300],),
    )
