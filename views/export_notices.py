"""Messages in the inbox about requests for exports: to those who may decide, and back to whoever asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from flask_appbuilder.security.sqla.models import Permission, PermissionView, Role, User, ViewMenu
from sqlalchemy import Connection, or_, select

from app.actor import Actor
from models.export_requests import Request
from rules import inbox
from rules.messages import Message

PERMISSION, VIEW = "can_approve", "Exports"
ADMINISTRATORS = "Admin"
MOST_TOLD = 100


def asked(connection: Connection, actor: Actor, number: str) -> None:
    """Tell everybody who may approve, but never the person who asks."""
    told = [user for user in approvers(connection) if user != actor.user_id][:MOST_TOLD]
    _tell(connection, told, "export.asked", number, {"who": actor.username})


def decided(connection: Connection, actor: Actor, request: Request, sentence: str, *, approved: bool) -> None:
    """Tell the person who asked."""
    code = "export.approved" if approved else "export.refused"
    _tell(connection, [request.user_id], code, request.id, {"who": actor.username, "sentence": sentence})


def approvers(connection: Connection) -> list[int]:
    """Active accounts whose roles have the right to approve."""
    may = (
        select(Role.id).join(Role.permissions).join(PermissionView.permission).join(PermissionView.view_menu)
        .where(Permission.name == PERMISSION, ViewMenu.name == VIEW)
    )  # fmt: skip
    holds = or_(Role.id.in_(may), Role.name == ADMINISTRATORS)
    found = select(User.id).join(User.roles).where(holds, User.active).distinct().order_by(User.id)
    return list(connection.execute(found).scalars())


def _tell(
    connection: Connection, users: list[int], code: str, number: str, params: Mapping[str, str]
) -> None:
    message = Message(code, {**params, "title": ""}, f"/exports/requests/{number}")
    inbox.tell(connection, users, message, datetime.now(UTC))
