"""The server's own limits, where they are below what the settings ask for."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from models.checks.finding import Finding
from models.checks.ground import Ground

IDS = ("V201", "V202")


def look(ground: Ground) -> Iterator[Finding]:
    """Too few connections for all workers; packets too small for the largest upload."""
    if not ground.is_server:
        return
    yield from _connections(ground)
    allowed = int(ground.value("SELECT @@max_allowed_packet"))
    wanted = ground.config.upload_max_megabytes
    if allowed < wanted * 1024 * 1024:
        yield Finding(
            "V202",
            "warning",
            _(
                "The server takes %(allowed)s MB at once, UPLOAD_MAX_MEGABYTES allows %(wanted)s.",
                allowed=allowed >> 20,
                wanted=wanted,
            ),
            _("Lower UPLOAD_MAX_MEGABYTES, or raise max_allowed_packet on the server."),
        )


def _connections(ground: Ground) -> Iterator[Finding]:
    allowed = int(ground.value("SELECT @@max_connections"))
    own = int(ground.value("SELECT @@max_user_connections") or 0)
    wanted = ground.config.workers * ground.config.pool_size
    most = min(allowed, own) if own else allowed
    if wanted > most:
        yield Finding(
            "V201",
            "warning",
            _(
                "WORKERS × POOL_SIZE asks for %(wanted)s connections, the server gives %(most)s.",
                wanted=wanted,
                most=most,
            ),
            _("Lower one of the two settings, or raise max_connections on the server."),
        )
