"""The published entities as menu entries: read from the catalogue and the policy, no statement for any of them."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from app.i18n import language
from app.theme.menus import MenuGroup, MenuItem
from app.theme.shell import Shell
from models import access
from models.wiring.nouns import ROLES, Entity

ICONS = {
    "customer": "building", "contact": "address-book", "order": "shopping-cart", "payment": "credit-card",
    "ticket": "headset", "asset": "devices", "product": "package", "employee": "users", "organisation": "sitemap",
    "other": "table",
}  # fmt: skip

USUAL, MORE = "records", "more-records"
"""Headings of entities with a role and of those without one; the latter stand last."""


def add_records(shell: Shell) -> None:
    """Entities that the person may see, by heading, before everything else."""
    if shell.user is None:
        return
    visible = [e for e in access.catalogue().entities.values() if access.policy().may(e, "see")]
    groups: dict[str, list[MenuItem]] = {}
    for entity in sorted(visible, key=lambda entity: ROLES.index(entity.role)):
        groups.setdefault(entity.group or default_group(entity), []).append(item(entity))
    ordered = sorted(groups, key=lambda name: (name == MORE, name != USUAL))
    shell.menu[:0] = [MenuGroup(name, heading(name), groups[name], "database") for name in ordered]


def item(entity: Entity) -> MenuItem:
    """One entry; customers and orders stand in the phone's bottom bar."""
    url = url_for("RecordView.list", entity=entity.name)
    icon = entity.icon or ICONS.get(entity.role, "table")
    return MenuItem(
        entity.label.text(language()) or entity.name,
        url,
        icon,
        is_main=entity.role in {"customer", "order"},
    )


def default_group(entity: Entity) -> str:
    """Where an entity stands when its wiring names no heading."""
    return USUAL if entity.role != "other" else MORE


def heading(name: str) -> str:
    """The heading's words."""
    known: dict[str, str] = {USUAL: _("Records"), MORE: _("More tables")}
    return known.get(name, name)
