"""A request that meets an unknown column or table: whoever asked gets a sentence, and the schema is looked at at once."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from flask import Flask, g, has_app_context
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import Services, services
from models.dberrors import says_changed
from models.drift.look import Tell, look

log = logging.getLogger("veneer.drift")
PAUSE_SECONDS = 0.5
"""Between two looks that errors cause: a table that is gone must not mean a look for each request."""
TELL, SUSPECT = "tell_drift", "drift_suspect"


class Suspicion:
    """Looks when somebody stumbled; one thread at a time in each process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looked = -PAUSE_SECONDS

    def follow(self, running: Services) -> None:
        """Look now, unless somebody is looking or has just looked; then put what is left in force here at once."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            if time.monotonic() - self._looked > PAUSE_SECONDS:
                look(running.engine, running.schema, teller(running))
                self._looked = time.monotonic()
            running.rooms["live"].refresh()  # another worker may have been the one that noticed
        except SQLAlchemyError as error:
            log.warning("the schema cannot be looked at: %s", type(error).__name__)
        except Exception:
            log.exception(
                "the schema cannot be looked at"
            )  # the request that stumbled has its answer already
        finally:
            self._lock.release()


def init_app(app: Flask) -> None:
    """Look after a request that stumbled, once its connections are back."""
    app.extensions["veneer"].rooms[SUSPECT] = Suspicion()
    app.teardown_appcontext(_follow)


def teller(running: Services) -> Tell:
    """Who tells people: the room of rules puts itself there."""
    found: Tell = running.rooms.get(TELL, _tell_nobody)
    return found


def _tell_nobody(*_args: Any) -> None:
    """Without the room of rules there is no inbox."""


def _follow(_error: BaseException | None) -> None:
    if g.pop(SUSPECT, False):
        suspicion: Suspicion = services().rooms[SUSPECT]
        suspicion.follow(services())


@event.listens_for(Engine, "handle_error")
def _note(context: ExceptionContext) -> None:
    if has_app_context() and says_changed(context.original_exception):
        setattr(g, SUSPECT, True)
