"""How long each class of the audit is kept, in words."""

from __future__ import annotations

from typing import Any

from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _

from app.extensions import services
from models import access
from models.audit import retention


def context() -> dict[str, Any]:
    """What audit/_kept.html draws."""
    last = retention.last(access.overlay())
    removed = last[1] if last else {}
    rules = retention.rules(dict(services().config.audit_keep_days))
    return {
        "last_at": format_datetime(last[0], "medium") if last else "",
        "lines": [_line(rule, removed.get(rule.kind, 0)) for rule in rules],
    }


def _line(rule: retention.Kept, removed: int) -> dict[str, str]:
    return {
        "label": labels().get(rule.kind, rule.kind),
        "words": ngettext("%(num)s day", "%(num)s days", rule.days) if rule.days else _("for ever"),
        "removed": ngettext("%(num)s entry went", "%(num)s entries went", removed) if removed else "",
    }


def labels() -> dict[str, str]:
    """The classes in words."""
    return {
        "record": _("Changes of records"),
        "read": _("What people looked at"),
        "sign-in": _("Sign-ins"),
        "refusal": _("Refusals"),
        "export": _("Exports"),
        "rights": _("Rights and views as another person"),
        "event": _("Wiring, personal data, console and others"),
    }
