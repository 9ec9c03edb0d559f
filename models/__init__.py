"""Models: legacy reflection and wiring, overlay tables, guard, policy, conditions, change."""

from __future__ import annotations

from flask import Flask

from app.extensions import services
from app.short_cache import ShortCache
from models import access, heavy, kept_secrets, outage, sessions, signin
from models.drift import suspect
from models.overlay.migrate import upgrade


def init_app(app: Flask) -> None:
    """Make the overlay's tables and let every request act as the person who signed in."""
    from models import (  # noqa: F401 their tables stand on the metadata
        allowances,
        change,
        export_requests,
        exports,
        organisation,
        policy,
        quota,
    )
    from models.audit import pruning, reads, redaction, retention, watch  # noqa: F401 the same
    from models.inside import tables as search_tables  # noqa: F401
    from models.persons import tables as person_tables  # noqa: F401
    from models.records import write  # noqa: F401
    from models.wiring import tables  # noqa: F401

    heavy.gate_of(services().config).put_on(services().engine)
    rooms = services().rooms
    for name in ("actors", "own", "policies", "sessions"):
        rooms[name] = ShortCache()
    rooms["stamp_key_of"] = kept_secrets.stamp_key
    sessions.init_app(app)
    watch.init_app(app)
    signin.init_app(app)
    outage.init_app(app)
    reads.init_app(app)
    suspect.init_app(app)  # before what gives connections back: what is registered first comes last
    app.before_request(access.enter)
    app.teardown_appcontext(access.leave)


def make_overlay() -> None:
    """Bring the overlay's tables up to date; never touches the legacy schema."""
    upgrade(services().engine)
