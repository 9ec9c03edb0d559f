"""Rules in words, in the reader's language."""

from __future__ import annotations

import json
from typing import Any

from flask_babel import gettext as _

from app.errors import Problem
from app.i18n import language
from app.theme.role_words import role_words
from fields import conditions
from models import access
from models.grants import AccessRule, FieldRule
from models.grants_document import LIMITS
from models.wiring.nouns import Entity


def action_words() -> dict[str, str]:
    """What can be done with records."""
    return {
        "see": _("See"),
        "create": _("Add"),
        "change": _("Change"),
        "delete": _("Delete"),
        "export": _("Export"),
        "unmask": _("Unmask"),
        "transfer": _("Transfer"),
    }


def scope_words() -> dict[str, str]:
    """Which records; the two that need more to be said are worded without it."""
    return {
        "own": _("Own"),
        "subordinates": _("Own and subordinates'"),
        "unit": _("My unit"),
        "below": _("My unit and below"),
        "units": _("Chosen units"),
        "region": _("My region"),
        "rule": _("By a condition"),
        "all": _("All"),
        "nobody": _("Nobody (wins over other roles)"),
    }


def right_words() -> dict[str, str]:
    """What may be done with a field."""
    return {
        "edit": _("Editable"),
        "read": _("Read only"),
        "masked": _("Masked"),
        "hidden": _("Hidden"),
        "never": _("Never (wins over other roles)"),
    }


def limit_names() -> dict[str, str]:
    """What a role lets out at most."""
    return {
        "export_file": _("Rows in one exported file"),
        "export_day": _("Rows exported in a day without approval"),
        "export_reason": _("Rows from which on an export asks for a reason"),
        "api_day": _("Rows read by the API in a day"),
        "unmask_day": _("Masked values shown in a day"),
    }


def kind_words() -> dict[str, str]:
    """Kinds of entities, as rules may speak of all of a kind."""
    return {
        "customer": _("Customers"),
        "contact": _("Contacts"),
        "order": _("Orders"),
        "payment": _("Payments"),
        "ticket": _("Tickets"),
        "asset": _("Assets"),
        "product": _("Products"),
        "employee": _("Employees"),
        "organisation": _("Organisation"),
        "other": _("Everything else"),
    }


def place_words(place: str) -> str:
    """What a rule speaks of: an entity, all of a kind, or everything."""
    if place == "*":
        return str(_("All records"))
    if place == LIMITS:
        return str(_("Limits"))
    if place.startswith("role:"):
        kind = place.removeprefix("role:")
        return str(_("All of the kind: %(kind)s", kind=kind_words().get(kind, kind)))
    found = access.catalogue().get(place)
    return (found.label.text(language()) or place) if found else place


def rule_words(rule: AccessRule, entity: Entity | None = None) -> str:
    """A rule's records in words: "My unit and below", "Chosen units: A, B", "Status is 1"."""
    if rule.scope == "units":
        some = ", ".join(rule.units[:20]) + ("…" if len(rule.units) > 20 else "")
        return str(_("Chosen units: %(units)s", units=some))
    if rule.scope == "rule":
        return condition_words(entity or access.catalogue().get(rule.entity), rule.matching)
    return scope_words().get(rule.scope, rule.scope)


def limit_words(rule: FieldRule, entity: Entity) -> str:
    """A field's rule in words, with the condition under which it counts."""
    words = right_words().get(rule.right, rule.right)
    if not rule.matching:
        return words
    said = condition_words(entity, rule.matching)
    return str(_("%(right)s where %(condition)s", right=words, condition=said))


def condition_words(entity: Entity | None, matching: str) -> str:
    """A condition in words; as it is written where the entity is gone."""
    if entity is None:
        return matching
    try:
        return conditions.describe(entity, own_words(json.loads(matching)), language(), access.catalogue())
    except Problem:
        return str(_("%(condition)s (cannot be used: it gives nothing)", condition=matching))


def own_words(raw: Any) -> Any:
    """The condition with words for what it asks of the person, so that it reads "in my regions"."""
    if isinstance(raw, list):
        return [own_words(part) for part in raw]
    if not isinstance(raw, dict):
        return raw
    value = raw.get("value")
    if isinstance(value, dict):
        name = str(value.get("actor"))
        return {**raw, "value": attribute_words().get(name, name)}
    return {key: own_words(part) if key != "value" else part for key, part in raw.items()}


def attribute_words() -> dict[str, str]:
    """What a condition may ask of the person."""
    return {
        "employee": _("me"),
        "username": _("my user name"),
        "units": _("my units"),
        "units_below": _("my units and those below"),
        "subordinates": _("my subordinates"),
        "regions": _("my regions"),
    }


def role_name(role: str) -> str:
    """The role as people call it."""
    return role_words(role)
