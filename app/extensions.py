"""What every room may ask the application for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import current_app, g
from sqlalchemy import Connection, Engine

from config import Config


@dataclass
class Services:
    """The running application's settings and connections; rooms add their own under `rooms`."""

    config: Config
    engine: Engine
    schema: str
    """Name of the legacy schema."""
    rooms: dict[str, Any] = field(default_factory=dict)


def services() -> Services:
    """The current application's services."""
    found: Services = current_app.extensions["veneer"]
    return found


def reading() -> Connection:
    """The connection that this request reads with, as the system: one for all its questions.

    `models.access.leave` gives it back (rolled back) with the application context.
    """
    if "reading_connection" not in g:
        g.reading_connection = services().engine.connect()
    connection: Connection = g.reading_connection
    return connection
