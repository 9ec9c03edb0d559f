"""What the database refused, in words: error codes of MariaDB, MySQL and SQLite become Problems."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.errors import Invalid, NotAllowed, Problem, StillUsed, TableChanged, Unavailable, Unreachable


def problem_of(error: SQLAlchemyError) -> Problem:
    """The Problem that says what happened and what to do; never any SQL."""
    if isinstance(error, PoolTimeout):
        return Unreachable(_("Too many people are working at this moment. Try again in a few seconds."))
    if not isinstance(error, DBAPIError):
        return Problem(
            _("The database gave an answer that we did not expect. Try again, or ask your IT people.")
        )
    lost = _away if error.connection_invalidated else _unknown
    return _BY_CODE.get(_code(error), lost)(str(error.orig))


def problem_of_write(error: SQLAlchemyError) -> Problem:
    """The same for a statement that writes one row by its key: only a lock makes such a one slow."""
    stopped = isinstance(error, DBAPIError) and _code(error) in STOPPED
    return _locked("") if stopped else problem_of(error)


def is_contended(error: DBAPIError) -> bool:
    """Did the statement give way to another transaction (a lock held for too long, a deadlock)?"""
    return _code(error) in CONTENDED + STOPPED


def is_stopped(error: DBAPIError) -> bool:
    """Did the server end the statement because it took too long, or because somebody asked for that?"""
    return _code(error) in STOPPED


def says_changed(original: BaseException) -> bool:
    """Did the server miss a table or a column that the wiring knows, or find a view broken?"""
    return _code_of(original) in (*CHANGED, *FORBIDDEN, *DAMAGED)


def _code(error: DBAPIError) -> int:
    return _code_of(error.orig) if error.orig is not None else 0


def _code_of(original: BaseException) -> int:
    arguments = getattr(original, "args", ())
    if arguments and isinstance(arguments[0], int):
        is_sort = arguments[0] == SORT_ABORTED and "interrupted" in str(original)
        return STOPPED[0] if is_sort else arguments[0]
    text = str(original)
    return next((code for part, code in _SQLITE.items() if part in text), 0)


def _unknown(_text: str) -> Problem:
    return Problem(_("The database gave an answer that we did not expect. Try again, or ask your IT people."))


def _duplicate(_text: str) -> Problem:
    return Invalid(
        _("Another record already has this value where each must be different. Change it, then save again.")
    )


def _null(text: str) -> Problem:
    name = _named(r"Column '([^']+)'|failed: [^.]+\.(?:[^.]+\.)?(\w+)", text)
    sentence = _("Something is missing that the database asks for. Fill it in, then save again.")
    return Invalid(sentence, fields={name: _("Fill this in.")} if name else None)


def _too_long(text: str) -> Problem:
    return _at_column(text, _("This is too long."), _("A value is too long. Shorten it, then save again."))


def _out_of_range(text: str) -> Problem:
    return _at_column(
        text, _("This is out of range."), _("A number is out of range. Correct it, then save again.")
    )


def _unfit(text: str) -> Problem:
    return _at_column(
        text, _("This does not fit."), _("A value does not fit its field. Correct it, then save again.")
    )


def _at_column(text: str, at_field: str, sentence: str) -> Problem:
    name = _named(r"column (?:`[^`]+`\.)?(?:`[^`]+`\.)?[`']([^`']+)[`']", text)
    return Invalid(sentence, fields={name: at_field} if name else None)


def _still_used(_text: str) -> Problem:
    return StillUsed(_("Other records still point to this one. Delete or change those first."))


def _no_target(_text: str) -> Problem:
    return Invalid(_("A record that this one points to does not exist. Choose another one, then save again."))


def _locked(_text: str) -> Problem:
    return Unavailable(_("Another program is changing this record right now. Try again in a moment."))


def _too_slow(_text: str) -> Problem:
    return Unavailable(
        _("This took too long and was stopped. Narrow it down with a filter, or sort by another column.")
    )


def _away(_text: str) -> Problem:
    return Unreachable(
        _("The database cannot be reached. What you typed is still here; try again in a minute.")
    )


def _denied(_text: str) -> Problem:
    return NotAllowed(_("The database account may not do this. Ask your IT people to run the check."))


def _read_only(_text: str) -> Problem:
    return Unavailable(_("The database takes no changes at the moment. Try again in a few minutes."))


def _changed(_text: str) -> Problem:
    return TableChanged(
        _(
            "The table behind this page was changed in the database just now. IT has been told; try again in a minute."
        )
    )


def _damaged(_text: str) -> Problem:
    return Unavailable(
        _(
            "The database cannot open the table or view behind this page. Ask whoever looks after it to repair it."
        )
    )


def _refused(_text: str) -> Problem:
    return Invalid(_("A rule of the database refused this. Check the values, then save again."))


def _named(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return next((group for group in found.groups() if group), "") if found else ""


SORT_ABORTED = 1028
"""MariaDB's number for a statement that was stopped while it sorted; of a disk that is full too."""
STOPPED = (1969, 3024, 1317)
CONTENDED = (1205, 1213, 1020)
CHANGED = (1146, 1054, 1356, 1109)
FORBIDDEN = (1142, 1143)
DAMAGED = (13, 23, 29, 1016, 1017, 1030, 126, 127, 144, 145, 1033, 1034, 1035, 1194, 1195, 1449, 1812, 1932)
LOST = (2002, 2003, 2006, 2013, 2014, 2055, 1053, 1040, 1158, 1159, 1160, 1161, 1203, 1226, 1927, 4031)
_BY_CODE: dict[int, Callable[[str], Problem]] = {
    **dict.fromkeys((1062, 1586), _duplicate),
    **dict.fromkeys((1048, 1364), _null),
    1406: _too_long,
    **dict.fromkeys((1264, 1690), _out_of_range),
    **dict.fromkeys((1265, 1292, 1366, 1411, 3140), _unfit),
    **dict.fromkeys((1451, 1217), _still_used),
    **dict.fromkeys((1452, 1216), _no_target),
    **dict.fromkeys(CONTENDED, _locked),
    **dict.fromkeys(STOPPED, _too_slow),
    **dict.fromkeys(LOST, _away),
    **dict.fromkeys((1044, 1045, *FORBIDDEN, 1227), _denied),
    **dict.fromkeys(DAMAGED, _damaged),
    **dict.fromkeys((1290, 1836), _read_only),
    **dict.fromkeys(CHANGED, _changed),
    **dict.fromkeys((1644, 4025, 3819), _refused),
}
_SQLITE = {
    "UNIQUE constraint": 1062,
    "NOT NULL constraint": 1048,
    "FOREIGN KEY constraint": 1452,
    "CHECK constraint": 4025,
    "database is locked": 1205,
    "no such table": 1146,
    "no such column": 1054,
    "readonly database": 1290,
    "interrupted": 1969,
    "too large": 1264,
    "Error binding parameter": 1366,
    "can not be used with MySQL": 1366,
}


@event.listens_for(Engine, "handle_error")
def _refuse_what_no_server_keeps(context: ExceptionContext) -> None:
    """A number beyond 64 bits or half a character cannot even be sent: an answer for whoever asked, no mistake of ours."""
    if isinstance(context.original_exception, OverflowError | UnicodeError):
        raise Invalid(_("The database cannot hold such a value. Check what you entered.")) from None
