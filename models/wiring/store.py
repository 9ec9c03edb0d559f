"""Wiring versions in the overlay. The highest version is the one in force; nothing is ever overwritten."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import gettext as _
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from app.actor import Actor, current_actor
from app.errors import NotVisible, Stale
from models import audit
from models.wiring.document import from_plain, to_plain
from models.wiring.nouns import Wiring
from models.wiring.renames import follow_rights
from models.wiring.tables import versions


@dataclass(frozen=True)
class Version:
    """What the versions page lists."""

    version: int
    based_on: int
    author: str
    created_at: datetime
    note: str


def current_version(connection: Connection) -> int:
    """The number of the version in force; 0 = nothing is published yet. One look at the primary key."""
    return int(connection.execute(select(func.max(versions.c.version))).scalar() or 0)


def load(connection: Connection, version: int | None = None) -> Wiring:
    """The wiring in force, or an older `version`; empty when nothing is published. Raises NotVisible."""
    number = current_version(connection) if version is None else version
    if number == 0:
        return Wiring()
    document = connection.execute(select(versions.c.document).where(versions.c.version == number)).scalar()
    if document is None:
        raise NotVisible(
            _("There is no wiring version %(number)s. Choose one from the list of versions.", number=number)
        )
    return from_plain(json.loads(document), number)


def save(connection: Connection, wiring: Wiring, based_on: int, author: str = "", note: str = "") -> Wiring:
    """Keep `wiring` as the next version, in the caller's transaction. Raises Stale when `based_on` is not the last."""
    newest = current_version(connection)
    if newest != based_on:
        raise _published_meanwhile()
    row = {
        "version": newest + 1,
        "based_on": based_on,
        "author": author,
        "created_at": datetime.now(UTC),
        "note": note,
        "document": json.dumps(to_plain(wiring), ensure_ascii=False, separators=(",", ":")),
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(versions).values(row))
    except IntegrityError as error:
        raise _published_meanwhile() from error
    if any(entity.renamed for entity in wiring.entities.values()):
        follow_rights(connection, load(connection, based_on), wiring)
    who = current_actor() or Actor(None, author)
    audit.note(connection, who, "@wiring", "publish", record=str(newest + 1), reason=note)
    return Wiring(newest + 1, wiring.entities)


def _published_meanwhile() -> Stale:
    return Stale(
        _("Somebody else published a wiring meanwhile. Look at the newest version, then publish again.")
    )


def history(connection: Connection, limit: int = 100) -> list[Version]:
    """The newest versions first, without their documents."""
    columns = (versions.c[name] for name in Version.__dataclass_fields__)
    rows = connection.execute(select(*columns).order_by(versions.c.version.desc()).limit(limit))
    return [Version(**row._mapping) for row in rows]  # noqa: SLF001 - the documented way to a row's names


def bring_back(connection: Connection, version: int, based_on: int, author: str = "") -> Wiring:
    """An older version once more, as the newest. Raises NotVisible and Stale."""
    old = load(connection, version)
    note = _("Brought back version %(number)s", number=version)
    return save(connection, old, based_on, author, note)
