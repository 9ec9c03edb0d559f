"""What the wizard calls roles, reasons, problems and states."""

from __future__ import annotations

from flask_babel import gettext as _

from models.wiring.nouns import Relation


def role_text(role: str) -> str:
    """A role's name for people."""
    names = {
        "customer": _("Customer"), "contact": _("Contact"), "order": _("Sales order"), "payment": _("Payment"), "ticket": _("Ticket"),
        "asset": _("Asset"), "product": _("Product"), "employee": _("Employee"), "organisation": _("Organisation unit"),
        "other": _("Other"),
    }  # fmt: skip
    return str(names.get(role, role))


def problem_text(code: str) -> str:
    """What limits the use of a table, in a few words."""
    texts = {
        "view": _("View: read-only"),
        "no-key": _("No key: read-only"),
        "myisam": _("MyISAM: no transactions"),
        "empty": _("No rows yet"),
        "broken-view": _("Broken view"),
        "broken-key": _("Foreign key leads nowhere"),
        "foreign-schema-key": _("Foreign key into another schema"),
        "no-columns": _("No readable columns"),
        "unreadable": _("Cannot be understood"),
    }
    return str(texts.get(code, code))


def reason_text(code: str) -> str:
    """Why a relation is suggested."""
    texts = {
        "declared": _("declared in the database"), "name": _("the name says so"), "word": _("a word of the name"),
        "same-name": _("called like the key"), "comment": _("the comment says so"), "parent": _("a tree in one table"),
        "person": _("names a person by what he does"), "values": _("values were compared"), "no-values": _("no values to compare"),
        "shape": _("the codes look alike"), "ambiguous": _("another table fits as well"), "copy": _("a copy beside the real key"),
        "kind": _("a type column says so"), "ending": _("the end of its name"), "place": _("a part of an address"),
        "siblings": _("the same column of other tables leads there"), "tie": _("the table ties two others and is called like both"),
        "master": _("its rows belong to those of that table, by its name"),
        "key-end": _("it ends like the key of that table"), "text-key": _("a number kept in a text"), "extension": _("it is the key of the table that this one adds to"),
    }  # fmt: skip
    return str(texts.get(code, code))


def condition_text(relation: Relation) -> str:
    """When a relation holds, and whether it leads to many; "" = always to one."""
    found = [
        _("where %(column)s is %(value)s", column=name, value=value) for name, value in relation.when.items()
    ]
    if relation.separator:
        found.append(_("a list with “%(separator)s” between", separator=relation.separator))
    return ", ".join(found)


def state_text(state: str) -> tuple[str, str]:
    """(words, tone of the badge) for the state of a table."""
    texts = {
        "published": (_("Published"), "good"),
        "changed": (_("Changed"), "warn"),
        "new": (_("New"), "info"),
        "removed": (_("To be taken out"), "bad"),
        "pending": (_("To be examined"), "info"),
    }
    words, tone = texts.get(state, ("", ""))
    return str(words), tone
