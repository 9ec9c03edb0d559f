"""Step 3: publish the draft. The new catalogue is built before anything is kept, so that a broken one changes nothing."""

from __future__ import annotations

import logging

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Connection

import fields
from app.errors import Invalid, Stale
from app.extensions import services
from models import access, roles
from models.catalogue import Catalogue
from models.drift.look import look
from models.drift.suspect import teller
from models.organisation_source import keep_in_step
from models.wiring import draft, store
from models.wiring.merge import stamp_of
from models.wiring.nouns import Wiring
from views.wiring.desk import Desk
from views.wiring.follow import follow

log = logging.getLogger("veneer.wiring")


def publish(desk: Desk, note: str, reviewed: str = "") -> Wiring:
    """Keep the draft as the next version. Raises Stale when somebody published meanwhile, Invalid when it cannot be built.

    `reviewed` is the stamp of what the person looked at: another window may have changed the draft since.
    """
    if desk.is_behind:
        raise Stale(
            _("Somebody else published a wiring meanwhile. Look at the newest version, then publish again.")
        )
    wanted = desk.wanted
    if reviewed and reviewed != stamp_of(wanted):
        raise Stale(
            _("Your draft was changed in another window since you looked. Review it again, then publish.")
        )
    try_out(wanted)
    saved = store.save(desk.connection, wanted, desk.current.version, desk.author, note)
    follow(desk.connection, desk.current, wanted, desk.author)
    draft.discard(desk.connection, desk.author)
    return saved


def try_out(wiring: Wiring) -> None:
    """Build the catalogue as every worker will. Raises Invalid with what stands in its way."""
    from models.wiring.document import from_plain, to_plain

    try:
        Catalogue(from_plain(to_plain(wiring)), services().schema, fields.column_type).dispose()
    except Exception as error:
        log.exception("the drafted wiring cannot be built")
        raise Invalid(
            _("This wiring cannot be put in force: %(reason)s. Correct the table it names.", reason=error)
        ) from error


def take_effect(connection: Connection) -> None:
    """Put the newest version in force here at once, over the schema as it is; other workers follow within a second."""
    look(services().engine, services().schema, teller(services()))
    catalogue = access.live().refresh()
    roles.seed(connection)
    keep_in_step(connection, catalogue)
    dictionaries = current_app.extensions.get("veneer_dictionaries")
    if dictionaries is not None:
        dictionaries.forget()
