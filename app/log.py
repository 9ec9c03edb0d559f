"""The log: one line a message with the time and its source; ids and no personal data."""

from __future__ import annotations

import logging

QUIET = ("No user yet created", "Invalid redirect detected")
"""What Flask-AppBuilder says of things that are normal here: the first start, and signing in without a page to return to."""

TERSE = ("apscheduler", "werkzeug", "alembic", "flask_appbuilder", "app.pool")
"""Libraries of which only warnings are written: the last one would log the names of people."""


def start(level: str) -> None:
    """Write messages from `level` on to standard error."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    for name in TERSE:
        logging.getLogger(name).setLevel(logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.addFilter(is_worth_saying)


def is_worth_saying(record: logging.LogRecord) -> bool:
    """Everything but the known noise."""
    return not record.getMessage().startswith(QUIET)
