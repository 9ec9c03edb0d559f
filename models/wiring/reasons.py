"""Why a table seems to play its role, in words."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from models.wiring.suggestion import Suggestion


def role_reasons(suggestion: Suggestion, language: str) -> list[str]:
    """Sentences in `language` ("en" or "zh")."""
    with force_locale("zh" if language.startswith("zh") else "en"):
        return [role_reason(code) for code in suggestion.role_reasons]


def role_reason(code: str) -> str:
    """One reason in the reader's language: "name:客户", "columns:contactable:phone, mail", "orders"."""
    what, _colon, rest = code.partition(":")
    if what == "name":
        return str(_("its name or comment says “%(word)s”", word=rest))
    if what == "columns":
        look, _colon, names = rest.partition(":")
        return _looks(look, names)
    texts = {"orders": _("orders or tickets point at it, and it is not the staff")}
    return str(texts.get(code, code))


def _looks(look: str, names: str) -> str:
    texts = {
        "contactable": _("it has telephone, mail or address: %(names)s", names=names),
        "personal": _("it has names or telephones of people: %(names)s", names=names),
        "dated": _("it has a date: %(names)s", names=names),
        "worded": _("it says what happened: %(names)s", names=names),
        "valued": _("it has an amount: %(names)s", names=names),
    }
    return str(texts.get(look, names))
