"""Where a record's page finds its service levels; the page itself knows nothing of rules."""

from __future__ import annotations

from flask import Flask, url_for
from sqlalchemy import select

from app.extensions import services
from app.short_cache import ShortCache
from models import access
from rules.tables import policies


def offer_badge(app: Flask) -> None:
    """Give templates `sla_badge_url(entity, token)`."""
    services().rooms["sla_entities"] = ShortCache()
    app.jinja_env.globals["sla_badge_url"] = badge_url


def badge_url(entity: str, token: str) -> str:
    """The address of a record's badge; empty where no policy speaks of its entity."""
    return url_for("DeadlineView.badge", entity=entity, token=token) if entity in _entities() else ""


def _entities() -> frozenset[str]:
    """Entities with a policy; a second old at most."""
    cache: ShortCache[frozenset[str]] = services().rooms["sla_entities"]
    found = cache.get("all")
    if found is None:
        names = access.overlay().execute(select(policies.c.entity).distinct()).scalars()
        found = cache.put("all", frozenset(names))
    return found
