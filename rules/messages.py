"""What the inbox and mails say. Messages are kept as a code with parameters, and put into words when they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import to_user_timezone

from app.i18n import language


@dataclass(frozen=True)
class Message:
    """A message before it is put into words; `link` is a path of this site."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    link: str = ""


TEXTS: dict[str, Any] = {
    "sla.warning": _l("%(title)s is due at %(due)s. %(policy)s: %(percent)s%% of the time is used up."),
    "sla.breach": _l(
        "%(title)s has been overdue since %(due)s. %(policy)s: take care of it now, or hand it over."
    ),
    "sla.late": _l("%(title)s is still open; it was due at %(due)s. %(policy)s: step %(step)s."),
    "sla.early": _l("%(title)s is due at %(due)s. %(policy)s: step %(step)s."),
    "schema.changed": _l(
        "The tables of the old database were changed: %(title)s. Look at what that touches, then review the wiring."
    ),
    "wiring.failed": _l(
        "Version %(title)s of the wiring cannot be put in force; the one before still serves. See why, then correct it."
    ),
    "export.asked": _l("%(who)s asks for approval of an export. Look at the request, then decide."),
    "export.approved": _l("%(who)s approved your export. Download it before its time is over. %(sentence)s"),
    "export.refused": _l("%(who)s refused your export: %(sentence)s"),
    "person.asked": _l(
        "%(who)s asks for a second person's word on a request about a person's data. Look at the request, then decide."
    ),
    "person.approved": _l(
        "%(who)s approved your request about a person's data. It is worked off now. %(sentence)s"
    ),
    "person.refused": _l("%(who)s refused your request about a person's data: %(sentence)s"),
    "handover.done": _l(
        "What %(title)s owned of %(label)s is handed over: %(handed)s records, %(refused)s stayed as they are."
    ),
    "handover.taken-back": _l(
        "What %(title)s owned of %(label)s is taken back: %(returned)s records, %(refused)s stayed as they are."
    ),
    "handover.stopped": _l(
        "The hand-over of what %(title)s owned of %(label)s stopped by itself. See why, then let it go on."
    ),
    "lists.many": _l(
        "%(who)s was shown more than %(rows)s rows on pages today. Look at what else the audit says of it."
    ),
    "sla.withdrawn": _l(
        "%(title)s was finished in time after all. %(policy)s: the overdue notice is taken back."
    ),
}
"""Lazy sentences by code."""
LEVELS = {
    "sla.warning": "warning",
    "sla.early": "warning",
    "sla.withdrawn": "success",
    "schema.changed": "warning",
    "export.asked": "warning",
    "export.approved": "success",
    "person.asked": "warning",
    "lists.many": "warning",
    "person.approved": "success",
    "handover.done": "success",
    "handover.taken-back": "success",
}
"""How loud a message is; what is not named here is "danger"."""


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """The message in the reader's language, times in the zone in which all pages show them."""
    shown = {**params, "due": _moment(params.get("due"))}
    if language() == "zh":
        shown |= {name: params.get(f"{name}_zh") or params.get(name, "") for name in ("policy", "label")}
    text = TEXTS.get(code)
    try:
        return str(text) % shown if text is not None else _unknown()
    except (KeyError, TypeError, ValueError):
        return _unknown()


def _unknown() -> str:
    return str(_("There is a message that this version cannot show."))


def level(code: str) -> str:
    """warning, success or danger."""
    return LEVELS.get(code, "danger")


def _moment(text: str | None) -> str:
    return f"{to_user_timezone(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}" if text else ""
